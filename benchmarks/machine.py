"""What one move of the shared state machine costs, beside looking it up in a dict."""

from datetime import UTC, datetime
from timeit import timeit

from benchmarks.clock import START
from benchmarks.figure import Figure, Rounds
from benchmarks.stopwatch import Took
from mentorflow.core.calendar import EVERYWHERE
from mentorflow.core.machine import Subject, fire
from mentorflow.core.mentorship import Event, Mentorship
from mentorflow.core.workflow import View, Workflow
from mentorflow.definitions.load import installed, load

REPEATS = 7
_STATE, _EVENT = "contact", "mentor.accepted"


def measure(*, moves: int) -> Figure:
    """Measure moves of a branch without claims; informational."""
    workflow = load(installed()["mentorship"])
    view = _view(workflow)
    table = {
        (state.name, event): branches
        for state in workflow.states.values()
        for event, branches in state.events.items()
    }
    rounds = Rounds()
    for _ in range(1 + REPEATS):
        ours = timeit(
            lambda: fire(workflow, Subject(_STATE, view, returns_to=None), _EVENT), number=moves
        )
        floor = timeit(lambda: table[_STATE, _EVENT][0].to, number=moves)
        rounds.add(ours=Took(ours), floor=Took(floor))
    rounds.drop_first()
    each = rounds.ours[0].wall / moves * 1e6
    notes = [f"informational: one move costs {each:.1f} µs, a dict with the same answer little"]
    return rounds.rates("machine", "moves/µs", moves / 1e6, notes)


def _view(workflow: Workflow) -> View:
    mentorship = Mentorship(
        id="",
        key=None,
        program="",
        workflow=workflow.name,
        version=workflow.version,
        state=_STATE,
        outcome=None,
        revision=1,
        parties={},
        facts={},
        entered_at=START,
        created_at=START,
        updated_at=START,
    )
    now = datetime(2025, 3, 4, tzinfo=UTC)
    return View(mentorship, Event(name=_EVENT), now, frozenset(), EVERYWHERE, {})
