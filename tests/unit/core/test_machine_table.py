"""The table that batches walk leads wherever the machine it was read off leads."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from builders import mentorship_workflow
from mentorflow.core.machine import Subject, branches_of, fire, walk
from mentorflow.core.mentorship import Event
from mentorflow.core.workflow import Branch, NamedGuard, View, Workflow
from walking import view

SHIPPED = mentorship_workflow()
STATES = sorted(SHIPPED.states)
PLACES = sorted({(state, event) for state, event, _ in branches_of(SHIPPED)})
CLAIMS = sorted({guard.name for _, _, branch in branches_of(SHIPPED) for guard in branch.when})


def test_the_shipped_workflow_has_branches_with_claims_to_walk_through() -> None:
    assert len(PLACES) > 100
    assert len(CLAIMS) > 20


@given(
    place=st.sampled_from(PLACES),
    holding=st.sets(st.sampled_from(CLAIMS)),
    returns_to=st.sampled_from([None, *STATES]),
    to=st.sampled_from(STATES),
)
def test_walking_the_table_comes_to_what_firing_the_machine_comes_to(
    place: tuple[str, str], holding: set[str], returns_to: str | None, to: str
) -> None:
    workflow = deciding(frozenset(holding))
    state, event = place
    seen = view(SHIPPED)._replace(event=Event(name=event, data={"to": to}))
    fired = Subject(state, seen, returns_to=returns_to)
    walked = Subject(state, seen, returns_to=returns_to)

    moved = fire(workflow, fired, event)

    assert walk(workflow, walked, event) == moved
    assert (walked.state, walked.taken) == (fired.state, fired.taken)
    assert walked.refusal == fired.refusal


def deciding(holding: frozenset[str]) -> Workflow:
    """Return the shipped workflow, its claims holding as told rather than by the facts."""

    def told(branch: Branch) -> Branch:
        return branch._replace(when=tuple(guard_told(guard) for guard in branch.when))

    def guard_told(guard: NamedGuard) -> NamedGuard:
        def refusal(_view: View) -> str | None:
            return None if guard.name in holding else f"{guard.name} does not hold"

        return guard._replace(refusal=refusal)

    states = {
        name: state._replace(
            events={event: tuple(map(told, ways)) for event, ways in state.events.items()}
        )
        for name, state in SHIPPED.states.items()
    }
    anywhere = {event: tuple(map(told, ways)) for event, ways in SHIPPED.anywhere.items()}
    return replace(SHIPPED, states=states, anywhere=anywhere)
