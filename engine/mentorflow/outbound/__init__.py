"""Sending one request to a stranger's address: safely, fast, never raising for the answer."""
