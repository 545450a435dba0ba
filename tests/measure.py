"""Measures of a piece of source code, taken from its syntax tree."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef

BLOCKS = (
    *(ast.If, ast.For, ast.AsyncFor, ast.While),
    *(ast.With, ast.AsyncWith, ast.Try, ast.TryStar, ast.Match),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """One function as the budgets see it."""

    place: str
    lines: int
    nesting: int
    unannotated: tuple[str, ...]


def functions_of(file: Path, *, root: Path) -> Iterator[Function]:
    """Measure every function and method of a file, nested ones too."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, FunctionNode):
            yield Function(
                place=f"{file.relative_to(root)}:{node.lineno} {node.name}",
                lines=_lines(node),
                nesting=max((_nesting(child) for child in node.body), default=0),
                unannotated=tuple(_unannotated(node)),
            )


def _lines(node: FunctionNode) -> int:
    """Count the lines from `def` to the end, less the docstring, which nobody should cut short."""
    whole = (node.end_lineno or node.lineno) - node.lineno + 1
    if ast.get_docstring(node) is None:
        return whole
    docstring = node.body[0]
    return whole - ((docstring.end_lineno or docstring.lineno) - docstring.lineno + 1)


def _nesting(node: ast.AST) -> int:
    """Count how many blocks lie inside each other; an elif is no deeper than its if."""
    if isinstance(node, FunctionNode | ast.ClassDef | ast.Lambda):
        return 0
    inside = [_nesting(child) for child in ast.iter_child_nodes(node)]
    if isinstance(node, ast.If) and len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
        body = max(_nesting(child) for child in node.body)
        return max(1 + body, _nesting(node.orelse[0]))
    return max(inside, default=0) + isinstance(node, BLOCKS)


def _unannotated(node: FunctionNode) -> Iterator[str]:
    arguments = node.args
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    rest = [argument for argument in (arguments.vararg, arguments.kwarg) if argument]
    for argument in [*named, *rest]:
        if argument.annotation is None and argument.arg not in {"self", "cls"}:
            yield argument.arg
    if node.returns is None:
        yield "return"
