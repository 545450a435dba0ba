"""Commit the faults and print the ledger: `python -m tests.faults`; see `--help`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # where the tests' own packages are

if __name__ == "__main__":
    from faults.program import main

    sys.exit(main(sys.argv[1:]))
