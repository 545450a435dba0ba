"""Whatever is done to a document, reading it gives a document or one WorkflowInvalid."""

import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from mentorflow.definitions.check import check
from mentorflow.definitions.load import load_document
from mentorflow.errors import WorkflowInvalid
from unit.definitions.small import SMALL

LINES = SMALL.splitlines()
PIECES = st.sampled_from(
    ["", " ", "é", "12", "any",
      "\t", ":", "{", "}", "[", "]", "- ", "on", "yes", "~", "null", "&a", "*a", "0x1", "1:2",
     "!!str", "<<", "'", '"', "|", ">", "%", "@", "#", "?", ",", "\x00", "\ud7ff"]
)  # fmt: skip


def survives(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "changed.yaml")
        file.write_bytes(content)
        try:
            told = [str(finding) for finding in check(load_document(file))]
        except WorkflowInvalid as error:
            told = list(error.problems)
        assert all("changed.yaml:" in problem for problem in told)


@given(at=st.integers(0, len(SMALL)), taken=st.integers(0, 40), put=PIECES)
def test_a_document_with_a_piece_replaced_is_read_or_refused(at: int, taken: int, put: str) -> None:
    survives((SMALL[:at] + put + SMALL[at + taken :]).encode())


@given(first=st.integers(0, len(LINES) - 1), second=st.integers(0, len(LINES) - 1))
def test_a_document_with_two_lines_exchanged_is_read_or_refused(first: int, second: int) -> None:
    lines = list(LINES)
    lines[first], lines[second] = lines[second], lines[first]

    survives("\n".join(lines).encode())


@given(first=st.integers(0, len(LINES)), count=st.integers(1, 30))
def test_a_document_with_lines_left_out_is_read_or_refused(first: int, count: int) -> None:
    survives("\n".join(LINES[:first] + LINES[first + count :]).encode())


@given(st.binary(max_size=200))
def test_bytes_of_any_kind_are_read_or_refused(content: bytes) -> None:
    survives(content)
