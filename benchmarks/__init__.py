"""Measurements of mentorflow, each beside its floor: the same work hand-written on the driver."""
