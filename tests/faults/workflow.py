"""The workflow of the faults, found by the workers as any other package's."""

from pathlib import Path

from builders import Empty
from mentorflow.definitions.pack import Pack

NAME = "faults"
BEGIN_SECONDS = 3600
"""The timing `begin`: a mentorship started almost so long ago begins soon."""
pack = Pack(
    document=Path(__file__).with_name("workflow.yaml"),
    payloads={"noted": Empty},
    guards={},
    records={},
)


def announce(folder: Path) -> None:
    """Make a folder in which Python finds this workflow as that of an installed package."""
    info = folder / "faults-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: faults\nVersion: 1\n")
    (info / "entry_points.txt").write_text(
        f"[mentorflow.workflows]\n{NAME} = {__name__}:pack\n", encoding="utf-8"
    )
