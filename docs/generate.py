"""Brings the generated parts of the documentation up to date; `--check` only says which are not.

A part stands in a page between `<!-- generated: NAME -->` and `<!-- end -->`; all around it is
written by hand. NAME is one of PARTS below.
"""

import ast
import dataclasses
import inspect
import json
import re
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from typer.main import get_command

from mentorflow import errors, webhooks
from mentorflow.cli.program import program
from mentorflow.core.mentorship import Escalation, HistoryEntry, Mentorship, Timer
from mentorflow.core.offers import offered_in
from mentorflow.core.workflow import TimerRule, Timing, Workflow
from mentorflow.definitions import document
from mentorflow.definitions.diagram import mermaid, svg
from mentorflow.definitions.load import installed, load
from mentorflow.definitions.variables import LETTER_VARIABLES, VARIABLES
from mentorflow.engine.channels import Message, Notice
from mentorflow.engine.engine import Engine, RunReport
from mentorflow.engine.payload import model_of
from mentorflow_workers.channels.settings import PREFIX, ChannelSettings
from mentorflow_workers.exporter import FAMILIES

DOCS = Path(__file__).parent
PICTURE = DOCS / "reference" / "lifecycle.svg"
_PART = re.compile(r"(?<=<!-- generated: )(?P<name>[a-z-]+)( -->\n).*?(?=<!-- end -->)", re.DOTALL)
_WIDTH = 100
_MAKING_KEYS = ("new_secret", "new_key", "public_of")
_SHARED = {"--db", "--json", "--help"}
WORKFLOW: Workflow = load(installed()["mentorship"])


def main(arguments: list[str]) -> str | None:
    """Write the pages, or return which would be written."""
    fresh = {page: _PART.sub(_filled, page.read_text()) for page in sorted(DOCS.rglob("*.md"))}
    fresh[PICTURE] = svg(WORKFLOW)
    stale = [file for file, text in fresh.items() if not _holds(file, text)]
    if "--check" not in arguments:
        for file in stale:
            file.write_text(fresh[file])
        return None
    names = ", ".join(str(file.relative_to(DOCS.parent)) for file in stale)
    return f"run `python docs/generate.py`: out of date are {names}" if stale else None


def _holds(file: Path, text: str) -> bool:
    return file.exists() and file.read_text() == text


def _filled(part: re.Match[str]) -> str:
    return f"{part['name']}{part[2]}\n{PARTS[part['name']]().strip()}\n\n"


def _table(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    names = list(columns)
    lines = [f"| {' | '.join(names)} |", f"|{'---|' * len(names)}"]
    lines += [f"| {' | '.join(_cell(cell) for cell in row)} |" for row in rows]
    return "\n".join(lines)


def _cell(value: object) -> str:
    return re.sub(r"\s+", " ", str(value)).replace("|", "\\|").strip()


def _code(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _sections(parts: Iterable[tuple[str, str]], *, level: int = 3) -> str:
    return "\n\n".join(f"{'#' * level} {title}\n\n{text}" for title, text in parts)


# The workflow


def lifecycle_diagram() -> str:
    """Draw the lifecycle."""
    return f"```mermaid\n{mermaid(WORKFLOW)}```"


def states() -> str:
    """List the states."""
    rows = []
    for state in WORKFLOW.states.values():
        kinds = {"final": state.is_final, "resting": state.is_resting, "detour": state.is_detour}
        kind = next((name for name, holds in kinds.items() if holds), "")
        rows.append((f"`{state.name}`", state.help, kind, len(state.timers)))
    return _table(("state", "what it is", "kind", "timers"), rows)


def outcomes() -> str:
    """List the outcomes and what leads to each."""
    ways: dict[str, list[str]] = {}
    for state in WORKFLOW.states.values():
        for event, branches in state.events.items():
            for branch in branches:
                if branch.outcome:
                    ways.setdefault(branch.outcome, []).append(f"`{event}` in {state.name}")
    for event, branches in WORKFLOW.anywhere.items():
        for branch in branches:
            if branch.outcome:
                ways.setdefault(branch.outcome, []).append(f"`{event}` anywhere")
    rows = ((f"`{name}`", "; ".join(dict.fromkeys(found))) for name, found in ways.items())
    return _table(("outcome", "by"), rows)


def event_list() -> str:
    """List the events people and hosts send, each with its data."""
    parts = []
    for event, taken_in in offered_in(WORKFLOW).items():
        if event in WORKFLOW.events:
            parts.append((f"`{event}`", _event(event, taken_in)))
    return _sections(parts)


def _event(event: str, taken_in: list[str]) -> str:
    rule = WORKFLOW.events[event]
    lines = [
        rule.help,
        "",
        f"- from: {', '.join(sorted(rule.by))}",
        f"- taken in: {', '.join(taken_in)}",
    ]
    if rule.requires:
        lines.append(f"- needs: {_code(guard.name for guard in rule.requires)}")
    leads = dict.fromkeys(_leads(event))
    if leads:
        lines.append(f"- may lead to: {', '.join(leads)}")
    model = model_of(WORKFLOW, event)
    if model is not None:
        lines += ["", _data(model)]
    return "\n".join(lines)


def _leads(event: str) -> Iterator[str]:
    owners = [state.events.get(event, ()) for state in WORKFLOW.states.values()]
    for branches in (*owners, WORKFLOW.anywhere.get(event, ())):
        for branch in branches:
            if branch.to == "return":
                yield "the state below"
            elif branch.to is not None:
                yield "the state named in `to`" if branch.to == "any" else branch.to


def _data(model: type[BaseModel]) -> str:
    schema = model.model_json_schema()
    needed = set(schema.get("required", ()))
    rows = [
        (f"`{name}`", _kind(found, schema), "yes" if name in needed else "")
        for name, found in schema.get("properties", {}).items()
    ]
    fields = _table(("field", "kind", "needed"), rows) if rows else "No data."
    example = json.dumps(schema["examples"][0], ensure_ascii=False)
    return f"{fields}\n\nFor example: `{example}`"


def _kind(found: dict[str, Any], schema: dict[str, Any]) -> str:
    if "$ref" in found:
        return str(found["$ref"]).rpartition("/")[2].lower()
    if "anyOf" in found:
        kinds = [_kind(one, schema) for one in found["anyOf"] if one.get("type") != "null"]
        return " or ".join(dict.fromkeys(kinds))
    if "enum" in found:
        return " / ".join(map(str, found["enum"]))
    if found.get("type") == "array":
        return f"list of {_kind(found.get('items', {}), schema)}"
    names = {"string": "text", "integer": "whole number", "boolean": "true or false"}
    kind = {"date-time": "instant", "date": "date"}.get(found.get("format", ""))
    return kind or names.get(found.get("type", ""), str(found.get("type", "anything")))


def timed_events() -> str:
    """List the events that only time sends."""
    rows = []
    for event in WORKFLOW.events.values():
        if not event.by:
            timers = [timer.name for timer in WORKFLOW.timers.values() if timer.fires == event.name]
            rows.append((f"`{event.name}`", event.help, _code(timers)))
    return _table(("event", "what it says", "fired by"), rows)


def timing_list() -> str:
    """List the timings with their limits and users."""
    used: dict[str, list[str]] = {}
    for timer in WORKFLOW.timers.values():
        for name in {timer.first, timer.every} - {None}:
            used.setdefault(str(name), []).append(timer.name)
    for ladder in WORKFLOW.ladders.values():
        for name in {*(rung.timing for rung in ladder.rungs), ladder.repeats} - {None}:
            used.setdefault(str(name), []).append(f"ladder.{ladder.name}")
    rows = (
        (
            f"`{timing.name}`",
            timing.default,
            _may_be(timing),
            timing.help,
            timing.source,
            _code(used.get(timing.name, ())),
        )
        for timing in WORKFLOW.timings.values()
    )
    return _table(("timing", "default", "may be", "what for", "source", "timers"), rows)


def _may_be(timing: Timing) -> str:
    bounds = f"{timing.least} to {timing.most}"
    other = timing.longer_than
    return bounds if other is None else f"{bounds}, longer than `{other}`"


def timer_list() -> str:
    """List the timers of each state and collection."""
    parts = []
    for owner in dict.fromkeys(timer.owner for timer in WORKFLOW.timers.values()):
        rows = [_timer(timer) for timer in WORKFLOW.timers.values() if timer.owner == owner]
        parts.append((f"`{owner}`", _table(("timer", "when", "does", "unless"), rows)))
    return _sections(parts)


def _timer(timer: TimerRule) -> tuple[str, ...]:
    first = f"{timer.factor} x {timer.first}" if timer.factor > 1 else timer.first
    way = "before" if timer.is_before else "after"
    when = f"{first} {way} {timer.anchor}"
    if timer.every is not None:
        when += ", then every " + timer.every if timer.every != timer.first else ", again and again"
    does = [f"{action.verb} {action.name}".strip() for action in timer.actions]
    does += [f"sends `{timer.fires}`"] if timer.fires else []
    return (
        f"`{timer.name}`", when, "; ".join(does), ", ".join(guard.name for guard in timer.unless)
    )  # fmt: skip


def ladder_list() -> str:
    """List the ladders and their rungs."""
    rows = []
    for ladder in WORKFLOW.ladders.values():
        for rung in ladder.rungs:
            when = f"{WORKFLOW.timings[rung.timing].default} (`{rung.timing}`)"
            rows.append((f"`{ladder.name}`", ladder.help, ", ".join(rung.to), when, rung.message))
    return _table(("ladder", "what for", "tells", "after", "message"), rows)


def message_variables() -> str:
    """List what a message may mention."""
    return _table(
        ("variable", "stands for"),
        ((f"`{{{{ {name} }}}}`", text) for name, text in VARIABLES.items()),
    )


def letter_variables() -> str:
    """List what the words of a letter may mention besides."""
    rows = ((f"`{{{{ {name} }}}}`", text) for name, text in LETTER_VARIABLES.items())
    return _table(("variable", "stands for"), rows)


# The library


def error_list() -> str:
    """List the errors."""
    found = {one for one in vars(errors).values() if _is_error(one)}
    rows = []
    for one in sorted(found, key=lambda one: inspect.getsourcelines(one)[1]):
        base = f"`{one.__bases__[0].__name__}`"
        carries = _code(_attributes(one))
        rows.append((f"`{one.code}`", f"`{one.__name__}`", base, one.__doc__, carries))
    return _table(("code", "class", "is a", "what it says", "carries"), rows)


def _is_error(one: object) -> bool:
    return isinstance(one, type) and issubclass(one, errors.MentorflowError)


def _attributes(one: type) -> list[str]:
    """Return the attributes that the class and its bases set on themselves."""
    names: dict[str, None] = {}
    for base in reversed(one.__mro__):
        if base.__module__ == errors.__name__:
            for node in ast.walk(ast.parse(inspect.getsource(base))):
                if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                    names[node.attr] = None
    return list(names)


def channel_settings() -> str:
    """List the variables of the environment that set up channels."""
    rows = [
        (f"`{PREFIX}{name.upper()}`", _shown_default(ChannelSettings, name), text)
        for name, text in _said_of(ChannelSettings)
    ]
    return _table(("variable", "default", "what it says"), rows)


def _shown_default(one: type[BaseModel], name: str) -> str:
    default = one.model_fields[name].default
    return "" if default is None or default is False else f"`{default}`"


def _said_of(one: type) -> Iterator[tuple[str, str]]:
    """Yield the fields of a class with the text below each."""
    body = _body(one)
    for node, following in pairwise(body):
        if isinstance(node, ast.AnnAssign) and isinstance(following, ast.Expr):
            assert isinstance(following.value, ast.Constant)
            yield ast.unparse(node.target), str(following.value.value)


def engine_methods() -> str:
    """List the methods of the Engine."""
    methods = {node.name: node for node in _body(Engine) if isinstance(node, ast.FunctionDef)}
    parts = [("`Engine`", _method("Engine", methods["__init__"], inspect.getdoc(Engine)))]
    for name, node in methods.items():
        if not name.startswith("_"):
            parts.append((f"`{name}`", _method(f"engine.{name}", node, ast.get_docstring(node))))
    return _sections(parts)


def _body(one: type) -> list[ast.stmt]:
    found = ast.parse(inspect.getsource(one)).body[0]
    assert isinstance(found, ast.ClassDef)
    return found.body


def receiver_kit() -> str:
    """List what the kit of webhooks' receivers has."""
    parts = []
    for name in ("verify", "Webhook", "Seen", "sign", "headers_of", *_MAKING_KEYS):
        found = getattr(webhooks, name)
        if inspect.isfunction(found):
            node = ast.parse(inspect.getsource(found)).body[0]
            assert isinstance(node, ast.FunctionDef)
            parts.append((f"`{name}`", _call(name, node, inspect.getdoc(found))))
        elif isinstance(found, type) and dataclasses.is_dataclass(found):
            parts.append((f"`{name}`", f"{inspect.getdoc(found)}\n\n{_fields(found)}"))
        else:
            parts += _methods(found, instance=name.lower())
    return _sections(parts)


def _methods(one: type, *, instance: str) -> Iterator[tuple[str, str]]:
    """Yield a class, as it is called, and its public methods."""
    methods = {node.name: node for node in _body(one) if isinstance(node, ast.FunctionDef)}
    name = one.__name__
    yield f"`{name}`", _method(name, methods["__init__"], inspect.getdoc(one))
    for called, node in methods.items():
        if not called.startswith("_"):
            yield (
                f"`{instance}.{called}`",
                _method(f"{instance}.{called}", node, ast.get_docstring(node)),
            )


def _method(name: str, node: ast.FunctionDef, said: str | None) -> str:
    node.args.args = node.args.args[1:]  # self
    return _call(name, node, said)


def _call(name: str, node: ast.FunctionDef, said: str | None) -> str:
    returns = ast.unparse(node.returns) if node.returns else "None"
    arrow = "" if returns == "None" else f" -> {returns}"
    arguments = re.sub(r"(?<=[\w\]])=(?=\S)", " = ", ast.unparse(node.args))
    call = f"{name}({arguments}){arrow}"
    if len(call) > _WIDTH:
        lines = re.split(r", (?=\w+: |\*, )", arguments)
        call = "\n".join([f"{name}(", *(f"    {line}," for line in lines), f"){arrow}"])
    return f"```text\n{call}\n```\n\n{_prose(said or '')}"


def _prose(said: str) -> str:
    """Return a docstring as a page shows it, the errors it names as a list."""
    text, _, raises = said.partition("Raises:\n")
    errors_named = re.sub(r"\n\s+", " ", textwrap.dedent(raises))
    found = re.findall(r"^(\w+(?:, \w+)*): (.+)$", errors_named, re.MULTILINE)
    listed = "\n".join(f"- `{name.replace(', ', '`, `')}` {when}" for name, when in found)
    return f"{text.strip()}\n\nRaises\n\n{listed}" if listed else text.strip()


def values() -> str:
    """List the values the engine returns and hands to callbacks."""
    shown = (Mentorship, HistoryEntry, Timer, Escalation, RunReport, Notice, Message)
    return _sections(
        (f"`{one.__name__}`", f"{inspect.getdoc(one)}\n\n{_fields(one)}") for one in shown
    )


def _fields(one: type) -> str:
    body = _body(one)
    rows = []
    for node, following in zip(body, [*body[1:], None], strict=True):
        if isinstance(node, ast.AnnAssign):
            said = following.value if isinstance(following, ast.Expr) else None
            text = str(said.value) if isinstance(said, ast.Constant) else ""
            rows.append(
                (f"`{ast.unparse(node.target)}`", f"`{ast.unparse(node.annotation)}`", text)
            )
        elif isinstance(node, ast.FunctionDef) and node.decorator_list and node.returns:
            text = ast.get_docstring(node) or ""
            rows.append((f"`{node.name}`", f"`{ast.unparse(node.returns)}`", text))
    return _table(("field", "type", "what it is"), rows)


def document_keys() -> str:
    """List the keys of a workflow document, part by part."""
    parts = [one for one in vars(document).values() if _is_part(one)]
    parts.sort(key=lambda one: (one is not document.Document, inspect.getsourcelines(one)[1]))
    return _sections((one.__name__, f"{one.__doc__}\n\n{_keys(one)}") for one in parts)


def _is_part(one: object) -> bool:
    return isinstance(one, type) and issubclass(one, document.Part) and one is not document.Part


def _keys(part: type[BaseModel]) -> str:
    written = {
        ast.unparse(node.target): ast.unparse(node.annotation)
        for node in _body(part)
        if isinstance(node, ast.AnnAssign)
    }
    rows = []
    for name, field in part.model_fields.items():
        kind = written[name].replace(" | None", "")
        needed = "yes" if field.is_required() else ""
        rows.append((f"`{field.alias or name}`", kind, needed, field.description or ""))
    return _table(("key", "kind", "needed", "what it says"), rows)


def commands() -> str:
    """List the commands of the command line."""
    return _sections(_commands(get_command(program()), "mentorflow"))


def _commands(command: Any, path: str) -> Iterator[tuple[str, str]]:
    for name, found in getattr(command, "commands", {}).items():
        if found.hidden:
            continue
        if getattr(found, "commands", None):
            yield from _commands(found, f"{path} {name}")
        else:
            yield f"`{path} {name}`", _command(found)


def _command(found: Any) -> str:
    rows = []
    for parameter in found.params:
        if not _SHARED & set(parameter.opts):
            names = parameter.opts if parameter.param_type_name == "option" else [_named(parameter)]
            rows.append((_code(names), getattr(parameter, "help", None) or ""))
    text = inspect.cleandoc(found.help or "")
    return f"{text}\n\n{_table(('argument', 'what it is'), rows)}" if rows else text


def _named(parameter: Any) -> str:
    return str(parameter.metavar or parameter.name.upper())


def metric_list() -> str:
    """List the metrics."""
    rows = (
        (f"`{one.name}`", one.kind, _code(one.labels), one.help)
        for one in sorted(FAMILIES, key=lambda one: one.name)
    )
    return _table(("metric", "kind", "labels", "what it tells"), rows)


PARTS: dict[str, Callable[[], str]] = {
    found.__name__.replace("_", "-"): found
    for found in (
        lifecycle_diagram,
        states,
        outcomes,
        event_list,
        timed_events,
        timing_list,
        timer_list,
        ladder_list,
        message_variables,
        letter_variables,
        error_list,
        channel_settings,
        engine_methods,
        receiver_kit,
        values,
        document_keys,
        commands,
        metric_list,
    )
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
