"""The border of the command line: every outcome becomes an exit status and a clear message."""

import os
import re
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

import typer
from typer.exceptions import TyperException

from mentorflow.cli.console import clean, console, write_json
from mentorflow.cli.logs import is_debugging
from mentorflow.errors import MentorflowError, MissingExtra

DONE = 0
REFUSED = 1
WRONG_USAGE = 2
INTERRUPTED = 130
READER_GONE = 141
"""What a shell reports of a program whose reader left, such as `head`."""

_OF_EXTRA = re.compile(r"([\w.-]+).*\bextra\s*==\s*['\"]([\w-]+)['\"]")
_PACKAGE = Path(__file__).parents[1]


def wants_json(arguments: Sequence[str]) -> bool:
    """Whether a command line asks for JSON, also one that cannot be understood otherwise."""
    until = arguments.index("--") if "--" in arguments else len(arguments)
    return "--json" in arguments[:until]


def status_of(work: Callable[[], int], *, as_json: bool) -> int:
    """Do the work; return the exit status, with everything said that there is to say."""
    _expect_any_text()
    try:
        status = _said(work, as_json=as_json)
        _flush()
    except BrokenPipeError:
        _leave_stdout()
        return READER_GONE
    except OSError as failed:
        _leave_stdout()
        _tell(f"the answer could not be written: {failed.strerror}", {}, as_json=False)
        return REFUSED
    return status


def _said(work: Callable[[], int], *, as_json: bool) -> int:
    try:
        status = _done(work)
    except TyperException as wrong:
        return _wrong_usage(wrong, as_json=as_json)
    except BrokenPipeError:
        raise
    except Exception as failed:  # noqa: BLE001  # the border: whatever it is, it is shown
        if is_debugging():
            traceback.print_exception(failed, file=sys.stderr)
        error = _as_ours(failed)
        _tell(str(error), error.as_dict(), as_json=as_json)
        return REFUSED
    if status == INTERRUPTED:
        _tell("interrupted", {"code": "interrupted", "reason": "interrupted"}, as_json=as_json)
    return status


def _as_ours(failed: Exception) -> MentorflowError:
    if isinstance(failed, MentorflowError):
        return failed
    if isinstance(failed, OSError):
        return _SystemRefused(failed)
    extra = extra_needed(failed) if isinstance(failed, ModuleNotFoundError) else None
    return extra or _Unexpected(failed)


def _done(work: Callable[[], int]) -> int:
    try:
        status = work()
        _flush()
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    except typer.Exit as left:
        return left.exit_code
    except SystemExit as left:
        if isinstance(left.__context__, BrokenPipeError):  # rich and Typer turn it into an exit
            raise left.__context__ from None
        return left.code if isinstance(left.code, int) else REFUSED
    return status


def _flush() -> None:
    if sys.stdout is not None:
        sys.stdout.flush()


class _SystemRefused(MentorflowError):
    """The operating system refused something: no room, no permission, no such file."""

    code = "system"

    def __init__(self, failed: OSError) -> None:
        file = f": {failed.filename!r}" if failed.filename is not None else ""
        super().__init__(f"the system says: {failed.strerror or failed}{file}")


class _Unexpected(MentorflowError):
    """An error nobody foresaw: a defect, ours or of what we stand on."""

    code = "unexpected"

    def __init__(self, failed: BaseException) -> None:
        self.where = _where(failed)
        super().__init__(
            f"mentorflow met an error it did not expect, at {self.where}: "
            f"{type(failed).__name__}: {failed}\n"
            "Set MENTORFLOW_DEBUG=1 to see the whole trace; it belongs in the report of the defect"
        )

    def details(self) -> dict[str, Any]:
        return {"where": self.where}


def _where(failed: BaseException) -> str:
    """Return the last place in our own code, for the rest is somebody else's."""
    frames = traceback.extract_tb(failed.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(_PACKAGE)]
    last = (ours or list(frames))[-1]
    file = Path(last.filename)
    name = file.relative_to(_PACKAGE.parent) if ours else file.name
    return f"{name}:{last.lineno}"


def extra_needed(missing: ModuleNotFoundError) -> MissingExtra | None:
    """Return which extra brings a module that is not installed, by what our package declares."""
    wanted = (missing.name or "").partition(".")[0]
    extras = [extra for package, extra in _extras() if package == wanted]
    if not extras:
        return None
    # Of those that bring it the smallest: psycopg comes with [postgres], [workers] and [all].
    sizes = Counter(extra for _, extra in _extras())
    smallest = min(extras, key=lambda extra: (sizes[extra], extra))
    return MissingExtra(f"this needs {wanted}, which is not installed; it", extra=smallest)


def _extras() -> list[tuple[str, str]]:
    """Return what each extra brings: pairs of a package and an extra."""
    try:
        requirements = metadata.requires("mentorflow") or []
    except metadata.PackageNotFoundError:
        return []
    found = (_OF_EXTRA.match(requirement) for requirement in requirements)
    return [(one[1].lower().replace("-", "_"), one[2]) for one in found if one]


def _wrong_usage(wrong: TyperException, *, as_json: bool) -> int:
    reason = wrong.format_message()
    if not reason:  # a group without a command has shown its help
        return WRONG_USAGE
    context = getattr(wrong, "ctx", None)
    path = context.command_path if context is not None else "mentorflow"
    hint = f"see `{path} --help`"
    _tell(f"{reason} ({hint})", {"code": "usage", "reason": reason, "hint": hint}, as_json=as_json)
    return WRONG_USAGE


def _tell(message: str, error: Mapping[str, Any], *, as_json: bool) -> None:
    if as_json:
        write_json({"error": error})
        return
    from rich.text import Text

    shown = Text.assemble(("error: ", "bold red"), clean(message))
    console(stderr=True).print(shown, soft_wrap=True)


def _expect_any_text() -> None:
    """Let no encoding of the terminal turn an answer into an error."""
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")


def _leave_stdout() -> None:
    """Point stdout nowhere, so that Python does not fail once more when it flushes at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
