"""The command line: `mentorflow`, one entry point for all commands."""

from mentorflow.cli.program import main as main
