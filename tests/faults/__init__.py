"""Faults mentorflow must survive: real processes and servers, and a ledger of what they did."""
