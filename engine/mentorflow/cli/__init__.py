"""The command line: `mentorflow`, one entry point for all commands."""
