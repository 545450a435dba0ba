"""The mentorship lifecycle: its workflow document, event payloads, guards and records."""
