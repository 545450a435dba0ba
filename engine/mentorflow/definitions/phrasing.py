"""Finds what one template says wrongly: its syntax, its blocks, and every name that it uses."""

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from jinja2 import TemplateSyntaxError, meta, nodes

from mentorflow.definitions.finding import nearest
from mentorflow.definitions.sandbox import Sandbox
from mentorflow.definitions.variables import MEETING


class Fault(NamedTuple):
    """One thing to put right in a template."""

    line: int
    message: str
    hint: str = ""


class Known(NamedTuple):
    """The names a template may use."""

    variables: Collection[str]
    compared: Mapping[str, Collection[str]]
    """By a variable, what it can be: the roles, the states, the causes."""


def syntax_faults(sandbox: Sandbox, source: str) -> Iterator[Fault]:
    """Yield what keeps a template from being read at all."""
    try:
        sandbox.compile(source)  # finds more than parsing: filters that do not exist, a block twice
    except TemplateSyntaxError as failed:
        yield Fault(failed.lineno, failed.message or "cannot be read")


def block_faults(sandbox: Sandbox, source: str, blocks: Collection[str]) -> Iterator[Fault]:
    """Yield the blocks that are missing or unknown, and what stands outside of them."""
    tree = sandbox.parse(source)
    found = {block.name: block.lineno for block in tree.find_all(nodes.Block)}
    for name in blocks:
        if name not in found:
            yield Fault(1, f"the block {name!r} is missing", f"add {{% block {name} %}}")
    for name, line in found.items():
        if name not in blocks:
            yield Fault(line, f"there is no block {name!r}", nearest(name, blocks))
    for node in tree.body:
        if not isinstance(node, nodes.Block) and not _is_blank(node):
            yield Fault(_line(node), "stands outside of the blocks and is never read")


def name_faults(sandbox: Sandbox, source: str, known: Known) -> Iterator[Fault]:
    """Yield the names that stand for nothing, each with the one it resembles."""
    tree = sandbox.parse(source)
    given = meta.find_undeclared_variables(tree)
    for name in tree.find_all(nodes.Name):
        if name.name in given and name.name not in known.variables:
            hint = nearest(name.name, known.variables) or f"there is {', '.join(known.variables)}"
            yield Fault(name.lineno, f"there is no variable {name.name!r}", hint)
    for found in tree.find_all(nodes.Getattr):
        of = found.node
        if isinstance(of, nodes.Name) and of.name == "meeting" and found.attr not in MEETING:
            message = f"a meeting has no {found.attr!r}"
            yield Fault(found.lineno, message, nearest(found.attr, MEETING))
    for compare in tree.find_all(nodes.Compare):
        yield from _compared(compare, known.compared)


def _compared(compare: nodes.Compare, compared: Mapping[str, Collection[str]]) -> Iterator[Fault]:
    """Yield the constants that a variable is compared with and can never be."""
    variable = compare.expr.name if isinstance(compare.expr, nodes.Name) else ""
    if variable not in compared:
        return
    for operand in compare.ops:
        for line, value in _constants(operand):
            if value not in compared[variable]:
                hint = nearest(value, compared[variable])
                yield Fault(line, f"{variable} is never {value!r}", hint)


def _constants(operand: nodes.Node) -> Iterator[tuple[int, str]]:
    for constant in operand.find_all(nodes.Const):
        listed = constant.value if isinstance(constant.value, tuple) else (constant.value,)
        yield from ((constant.lineno, str(value)) for value in listed)


def _is_blank(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Output) and all(
        isinstance(part, nodes.TemplateData) and not part.data.strip() for part in node.nodes
    )


def _line(node: nodes.Node) -> int:
    """Return the line of the first thing a node says, not of the white space before it."""
    first = node.nodes[0] if isinstance(node, nodes.Output) else node
    if isinstance(first, nodes.TemplateData):
        lead = first.data[: len(first.data) - len(first.data.lstrip())]
        return first.lineno + lead.count("\n")
    return first.lineno
