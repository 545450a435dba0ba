"""Where the project's own files are, for the tests that look at them."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[1]

PACKAGES = tuple(
    ROOT / folder
    for folder in (
        "engine/mentorflow",
        "workflows/mentorflow_workflows",
        "workers/mentorflow_workers",
        "server/mentorflow_server",
    )
)


def source_files() -> list[Path]:
    """List every Python file that is installed."""
    return sorted(file for package in PACKAGES for file in package.rglob("*.py"))


def installed_files() -> list[str]:
    """List every file a package consists of, code or not, by its path in the wheel."""
    return sorted(
        str(file.relative_to(package.parent))
        for package in PACKAGES
        for file in package.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    )


def tracked_files() -> list[Path]:
    """List the files under version control; none outside a checkout."""
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    files = (ROOT / name for name in listing.stdout.split("\0") if name)
    return [file for file in files if file.is_file()]
