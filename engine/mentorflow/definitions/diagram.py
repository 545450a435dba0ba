"""Draws a workflow: as Mermaid text for documents, as SVG for pages and printing."""

from collections.abc import Iterator
from typing import Any

from transitions.extensions import GraphMachine

from mentorflow.core.workflow import StateRule, Workflow
from mentorflow.definitions.layout import laid_out
from mentorflow.definitions.picture import Label, Picture
from mentorflow.definitions.svg import drawn

CLOCK = "\N{ALARM CLOCK}"
ANYWHERE = "any_state"


class _Drawing(GraphMachine):
    """The machine of a workflow as `transitions` draws it, in colours of ours."""

    machine_attributes = {"direction": "TB"}  # noqa: RUF012 -- GraphMachine's own attribute
    style_attributes = {  # noqa: RUF012 -- GraphMachine's own attribute
        "node": {
            "default": {"fill": "#f1f5f9", "stroke": "#94a3b8", "color": "#0f172a"},
            "initial": {"fill": "#dbeafe", "stroke": "#2563eb", "color": "#0f172a"},
            "detour": {"fill": "#fef3c7", "stroke": "#b45309", "color": "#0f172a"},
            "resting": {"fill": "#dcfce7", "stroke": "#16a34a", "color": "#0f172a"},
            "final": {"fill": "#e2e8f0", "stroke": "#475569", "color": "#0f172a"},
        },
        "edge": {"default": {}},
        "graph": {"default": {}},
    }


def mermaid(workflow: Workflow) -> str:
    """Return a Mermaid state diagram of a workflow."""
    picture = Picture.of(workflow)
    names = [*workflow.states, *([ANYWHERE] if picture.anywhere else [])]
    machine = _Drawing(
        states=names,
        transitions=list(_transitions(picture)),
        initial=workflow.initial,
        auto_transitions=False,
        graph_engine="mermaid",
    )
    graph: Any = machine.model_graphs[id(machine)]
    graph.reset_styling()  # it marks the state the machine is in, which says nothing here
    for state in workflow.states.values():
        graph.set_node_style(state.name, _style(workflow, state))
    return (
        f"{graph.get_graph(title=f'title: {workflow.name}, version {workflow.version}').source}\n"
    )


def svg(workflow: Workflow) -> str:
    """Return a workflow drawn as one SVG, for light and for dark pages."""
    return drawn(laid_out(Picture.of(workflow)))


def _transitions(picture: Picture) -> Iterator[dict[str, str]]:
    for way in (*picture.ways, *picture.returns):
        for label in way.labels:
            yield {"trigger": _trigger(label), "source": way.source, "dest": way.target}
    for event, targets in picture.anywhere:
        for target in targets or (ANYWHERE,):
            yield {"trigger": event, "source": ANYWHERE, "dest": target}


def _trigger(label: Label) -> str:
    return f"{CLOCK} {label.text}" if label.when else label.text


def _style(workflow: Workflow, state: StateRule) -> str:
    if state.name == workflow.initial:
        return "initial"
    if state.is_final:
        return "final"
    if state.is_detour:
        return "detour"
    return "resting" if state.is_resting else "default"
