"""Commands that other packages bring, by the entry-point group `mentorflow.commands`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points

import typer

from mentorflow import __version__
from mentorflow.cli.outcome import extra_needed
from mentorflow.errors import MentorflowError, NotInThisVersion

GROUP = "mentorflow.commands"


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """A command people will look for, which a part of mentorflow brings that may be missing."""

    extra: str
    until_then: str


LATER: Mapping[str, Later] = {
    "serve": Later(extra="server", until_then="embed the Engine, or call `mentorflow` with --json"),
}


def add_contributed(app: typer.Typer) -> None:
    """Add the commands of all installed packages; those that fail say why when they are called."""
    for entry in entry_points(group=GROUP):
        error = _add(app, entry)
        if error is not None:
            _stand_in(app, entry.name, error, is_shown=True)
    known = names_of(app)
    for name, later in LATER.items():
        if name not in known:
            _stand_in(app, name, _not_yet(name, later), is_shown=False)


def names_of(app: typer.Typer) -> set[str]:
    """Return the names of the commands and groups an app has."""
    commands = {
        found.name or found.callback.__name__.replace("_", "-")
        for found in app.registered_commands
        if found.callback is not None
    }
    return commands | {found.name for found in app.registered_groups if found.name}


def _add(app: typer.Typer, entry: EntryPoint) -> MentorflowError | None:
    """Let a package add its commands; return why it could not."""
    before = list(app.registered_commands), list(app.registered_groups)
    try:
        add_to: Callable[[typer.Typer], None] = entry.load()
        add_to(app)
    except ModuleNotFoundError as missing:
        error = extra_needed(missing) or _broken(entry, missing)
    except Exception as failed:  # noqa: BLE001  # whatever is wrong with a package, ours still work
        error = _broken(entry, failed)
    else:
        return None
    app.registered_commands, app.registered_groups = before
    return error


def _broken(entry: EntryPoint, failed: Exception) -> MentorflowError:
    return MentorflowError(
        f"the command {entry.name!r} comes from {entry.value}, which cannot be loaded: "
        f"{type(failed).__name__}: {failed}"
    )


def _not_yet(name: str, later: Later) -> MentorflowError:
    return NotInThisVersion(
        f"`mentorflow {name}` is not in mentorflow {__version__}; it is to come with "
        f"mentorflow[{later.extra}]. Until then, {later.until_then}"
    )


def _stand_in(app: typer.Typer, name: str, error: MentorflowError, *, is_shown: bool) -> None:
    @app.command(
        name,
        help=f"Not available: {error}",
        hidden=not is_shown,
        context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    )
    def refuse() -> None:
        raise error
