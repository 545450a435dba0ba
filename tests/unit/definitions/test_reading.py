"""A document is refused with the line, the place and what would be right; never a traceback."""

from pathlib import Path

import pytest

from mentorflow.definitions.load import load_document
from mentorflow.definitions.source import MAX_BYTES, read_bytes
from mentorflow.errors import WorkflowInvalid
from unit.definitions.small import Small


def refusal(content: bytes) -> str:
    with pytest.raises(WorkflowInvalid) as refused:
        read_bytes(content, name="a.yaml")
    (problem,) = refused.value.problems
    return problem


def test_the_small_workflow_is_read_without_a_word(small: Small) -> None:
    assert small.problems() == []


def test_an_unknown_key_is_named_with_the_key_it_resembles(small: Small) -> None:
    small.change("{after: asked.window, fire", "{aftr: asked.window, fire")

    line = small.line_of("aftr")
    assert small.problems() == [
        (
            f"small.yaml:{line}: states.asked.timers.window.aftr: there is no key 'aftr' here; "
            "did you mean 'after'?"
        )
    ]


def test_unknown_keys_are_found_in_every_kind_of_part(small: Small) -> None:
    small.change("initial: asked", "initial: asked\ninital: asked")
    small.change("- {when: [all_is_done]", "- {wen: [all_is_done]")
    small.change("{escalate: stalled, at: helper}", "{escalate: stalled, att: helper}")

    assert [problem.rpartition("; ")[2] for problem in small.problems()] == [
        "did you mean 'initial'?",
        "did you mean 'when'?",
        "did you mean 'at'?",
    ]


def test_all_problems_are_told_at_once_in_the_order_of_their_lines(small: Small) -> None:
    small.change("version: 3", "version: three")
    small.change("help: A request is open.", "help: [A request]")
    small.change("at_least: 1, at_most: 2", "at_least: 3, at_most: 2")

    assert small.problems() == [
        "small.yaml:3: version: must be a whole number, not 'three'",
        "small.yaml:9: roles.guide: at_least 3 is more than at_most 2",
        f"small.yaml:{small.line_of('[A request]')}: states.asked.help: must be text, not a list",
    ]


def test_what_is_missing_is_told_where_it_would_stand(small: Small) -> None:
    small.change("initial: asked\n", "")

    assert small.problems() == ["small.yaml:1: initial: is missing"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "{call: find_guide}",
            "{notify: reminder, call: find_guide}",
            (
                "states.asked.events.asked.expired.do[0]: has exactly one of notify, escalate, "
                "call, restart, suspend, resume, not notify and call; make it several items"
            ),
        ),
        (
            "{call: find_guide}",
            "{notfy: reminder}",
            (
                "states.asked.events.asked.expired.do[0]: has exactly one of notify, escalate, "
                "call, restart, suspend, resume; did you mean 'notify'?"
            ),
        ),
        (
            "default: 14d, min: 5d",
            "default: 14 days, min: 5d",
            (
                "timings.asked.window.default: '14 days' is not a duration; "
                "write 10d, 36h, 45m, 3bd (business days) or P10D"
            ),
        ),
        (
            "{after: asked.window, fire",
            "{after: asked.window, at: 9 am, fire",
            (
                "states.asked.timers.window.at: '9 am' is not a time of day; "
                'write "09:00" or "17:30", in quotes'
            ),
        ),
        (
            "{after: asked.window, fire",
            '{after: asked.window, at: "24:00", fire',
            (
                "states.asked.timers.window.at: '24:00' is not a time of day; "
                'write "09:00" or "17:30", in quotes'
            ),
        ),
        (
            "default: 14d, min: 5d",
            "default: 14d, min: 15d",
            "timings.asked.window: the default 14d is less than min 15d",
        ),
        (
            "default: 14d, min: 5d",
            "default: 14, min: 5d",
            "timings.asked.window.default: must be text, not the number 14",
        ),
        (
            "do: [{call: find_guide}]",
            "do: {call: find_guide}",
            "states.asked.events.asked.expired.do: must be a list: [a, b], not keys and values",
        ),
        (
            "  asked:\n",
            "  Asked:\n",
            (
                "states.Asked: 'Asked' is not a name; "
                "write lower-case letters, digits and _, such as reply_window"
            ),
        ),
        (
            "{fact: last_call_at, or: entered}",
            "{fact: last_call_at, date: ends_on}",
            "anchors.last_call: has exactly one of fact and date",
        ),
        (
            "{every: rhythm, times: 2",
            "{every: rhythm, before: rest, times: 2",
            "states.work.timers.rhythm: `before` goes with neither after nor every",
        ),
        (
            "{help: It is over., final: true}",
            "{help: It is over., final: true, resting: true}",
            "states.over: is at most one of final, resting and detour",
        ),
        (
            "activity: false",
            "activity: off",
            (
                "events.asked.expired.activity: 'off' is not what it looks like: "
                "YAML 1.1 reads it as true or false; write it in quotes if text is meant"
            ),
        ),
        (
            "source: S24",
            "source: 20:00",
            (
                "timings.rhythm.source: '20:00' is not what it looks like: "
                "YAML 1.1 reads base 60; write it in quotes if text is meant"
            ),
        ),
        (
            "source: S24",
            "source: 2025-03-03",
            (
                "timings.rhythm.source: '2025-03-03' is not what it looks like: "
                "YAML reads it as a date; write it in quotes if text is meant"
            ),
        ),
        (
            "times: 2",
            "times: 010",
            (
                "states.work.timers.rhythm.times: '010' is not what it looks like: "
                "YAML 1.1 reads it as an octal number; write it in quotes if text is meant"
            ),
        ),
        (
            "    help: They rest.",
            "    help: They rest.\n    on: {}",
            (
                "states.pause.on: the key 'on' is not text: YAML 1.1 reads it as true or false; "
                'write "on" in quotes if it is meant'
            ),
        ),
    ],
)
def test_a_wrong_value_is_told_with_its_place(small: Small, old: str, new: str, told: str) -> None:
    small.change(old, new)

    (problem,) = small.problems()
    place, _, rest = problem.partition(": ")
    assert rest == told
    at = next(line for line in new.splitlines() if line not in old.splitlines())
    assert place == f"small.yaml:{small.line_of(at)}"


def test_a_key_without_a_value_is_told(small: Small) -> None:
    small.change("    help: They rest.", "    help:")

    line = small.line_of("    help:\n")
    assert small.problems() == [
        f"small.yaml:{line}: states.pause.help: there is no value here; write one, or drop the key"
    ]


def test_a_list_that_is_empty_where_one_is_needed_is_told(small: Small) -> None:
    small.change("reminder: {to: [guide]", "reminder: {to: []")

    assert [problem.partition(": ")[2] for problem in small.problems()] == [
        "messages.reminder.to: needs at least 1, not 0"
    ]


def test_a_key_written_twice_is_told_with_both_lines(small: Small) -> None:
    small.change("version: 3", "version: 3\nversion: 4")

    assert small.problems() == ["small.yaml:4: version: is written twice; the first is on line 3"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "a.yaml:1: the file is empty; a workflow starts with `workflow:`"),
        (b"# only a comment\n", "a.yaml:1: the file is empty; a workflow starts with `workflow:`"),
        (b"a: 1\n---\nb: 2\n", "a.yaml:2: a second document starts here; a file has one"),
        (b"a: 1\nb: \xff\n", "a.yaml:2: byte 8 is not UTF-8; save the file as UTF-8"),
        (b"a: &x 1\n", "a.yaml:1: a: &x: anchors and aliases are not allowed; write it out"),
        (b"a: *x\n", "a.yaml:1: a: *x: anchors and aliases are not allowed; write it out"),
        (b"a:\n  <<: {b: 1}\n", "a.yaml:2: a: merge keys are not allowed"),
        (b"a: !!python/x:y\n", "a.yaml:1: a: the tag tag:yaml.org,2002:python/x:y is not allowed"),
        (b"{[a]: 1}", "a.yaml:1: a key must be a name"),
        (b"[" * 5000, "a.yaml:1: nested deeper than 20 levels"),
    ],
)
def test_what_is_no_plain_document_is_refused(content: bytes, told: str) -> None:
    assert refusal(content) == told


def test_a_document_of_more_than_one_mebibyte_is_refused() -> None:
    assert refusal(b"#" * (MAX_BYTES + 1)) == "a.yaml:1: the file is larger than 1024 KiB"


def test_broken_yaml_is_told_by_its_line() -> None:
    assert refusal(b"a: 1\nb: [1, 2\nc: 3\n").startswith("a.yaml:3: this is not YAML: ")


def test_a_character_yaml_does_not_take_is_told() -> None:
    assert "this is not YAML" in refusal(b"a: \x00\n")


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(WorkflowInvalid, match="cannot be read: No such file"):
        load_document(tmp_path / "none.yaml")


def test_a_folder_is_no_document(tmp_path: Path) -> None:
    with pytest.raises(WorkflowInvalid, match="cannot be read: Is a directory"):
        load_document(tmp_path)


def test_a_list_is_no_document(small: Small) -> None:
    small.text = "- a\n- b\n"

    assert small.problems() == ["small.yaml:1: must hold keys and values, not a list"]
