"""Lets `python -m mentorflow` be the program `mentorflow`."""

import sys

from mentorflow.cli import main

sys.exit(main())
