"""Workflows are found by their entry points and loaded whole, quickly, or not at all."""

from time import perf_counter

import pytest

from mentorflow.definitions.check import check
from mentorflow.definitions.load import installed, load, load_document
from mentorflow.errors import WorkflowInvalid
from unit.definitions.small import Small


def test_the_mentorship_lifecycle_is_installed_and_holds_up() -> None:
    pack = installed()["mentorship"]

    assert [str(f) for f in check(load_document(pack.document), pack) if f.is_error] == []
    assert load(pack).initial == "contact"


def test_the_mentorship_lifecycle_is_loaded_in_a_moment() -> None:
    pack = installed()["mentorship"]

    def took() -> float:
        start = perf_counter()
        load(pack)
        return perf_counter() - start

    # The best of several, and far above what is usual, since test machines are shared.
    assert min(took() for _ in range(5)) < 0.25


def test_an_invalid_workflow_names_its_source_and_counts_its_problems(small: Small) -> None:
    small.change("initial: asked", "initial: askd").change("snooze: rest", "snooze: rset")

    with pytest.raises(WorkflowInvalid, match=r"small\.yaml has \d+ problem\(s\)") as refused:
        load(small.pack)
    assert refused.value.details()["source"] == str(small.file)
    assert len(refused.value.problems) >= 2
