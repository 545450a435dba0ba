"""A receiver of webhooks that misbehaves on purpose, to see how a sender takes it.

`python -m mentorflow.outbound.fake_receiver --help` is the command line; FakeReceiver is for tests.
"""

import argparse
import ssl
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from signal import SIGINT, SIGTERM, signal
from threading import Event

from mentorflow.errors import MentorflowError
from mentorflow.outbound.certificates import self_signed
from mentorflow.outbound.misbehaving import MEANING, Behavior, Manner
from mentorflow.outbound.receiver import FakeReceiver, encryption

__all__ = ["Behavior", "FakeReceiver", "Manner", "encryption", "main"]

_EXAMPLES = """examples:
  python -m mentorflow.outbound.fake_receiver --port 8080
      takes everything, and prints a line for each request
  python -m mentorflow.outbound.fake_receiver --port 8080 --behave drip --pace 0.1
      answers 200, then ten bytes a second for ever
  python -m mentorflow.outbound.fake_receiver --port 8080 --behave 500,429,ok
      refuses the first two requests, and takes the rest
  python -m mentorflow.outbound.fake_receiver --port 8443 --tls --record got.jsonl
      speaks TLS, and writes each request to a file before it answers
  python -m mentorflow.outbound.fake_receiver --port 8080 --keeps 0 --quiet
      only counts: for measurements, several times as fast

A path that begins with the name of a behavior has precedence (not with --keeps 0):
  http://127.0.0.1:8080/410/hook is gone, whatever --behave says.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a receiver until it is told to stop."""
    parser = _parser()
    given = parser.parse_args(arguments)
    behaviors = given.behave.split(",")
    unknown = [one for one in behaviors if one not in set(Behavior)]
    if unknown:
        parser.error(f"there is no behavior {unknown[0]!r}; there are: {', '.join(Behavior)}")
    try:
        return _run(given, behaviors)
    except (OSError, MentorflowError) as error:
        _say(f"fake receiver: {error}")
        return 1


def _run(given: argparse.Namespace, behaviors: Sequence[str]) -> int:
    ended = Event()
    with ExitStack() as stack:
        tls = _tls(given, stack, is_wrong=Behavior.WRONG_CERTIFICATE in behaviors)
        record = stack.enter_context(given.record.open("a")) if given.record else None
        receiver = FakeReceiver(
            behaviors,
            manner=Manner(pace=given.pace, retry_after=given.retry_after, location=given.location),
            host=given.host,
            port=given.port,
            tls=tls,
            keeps=given.keeps,
            record=record,
        )
        stack.enter_context(receiver)
        _say(f"listening at {receiver.url}")
        for number in (SIGINT, SIGTERM):
            signal(number, lambda *_: ended.set())
        _follow(receiver, ended, is_quiet=given.quiet)
        _say(f"{receiver.count} requests came over {receiver.connections} connections")
    return 0


def _follow(receiver: FakeReceiver, ended: Event, *, is_quiet: bool) -> None:
    if is_quiet:
        ended.wait()
        return
    told = 0
    while not ended.wait(0.1):
        for one in receiver.received:
            if one.order > told:
                told = one.order
                size = f"{len(one.body)} bytes"
                _say(f"{one.order} {one.path} id={one.id} {size}, connection {one.connection}")


def _tls(given: argparse.Namespace, stack: ExitStack, *, is_wrong: bool) -> ssl.SSLContext | None:
    if given.certificate and not is_wrong:
        return encryption(given.certificate, given.key or given.certificate)
    if not (given.tls or is_wrong):
        return None
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    names = ["wrong.invalid"] if is_wrong else ["localhost", "127.0.0.1", "::1", given.host]
    certificate, key = self_signed(folder, *dict.fromkeys(names))
    _say(f"a certificate to trust: {certificate}")
    return encryption(certificate, key)


def _parser() -> argparse.ArgumentParser:
    behaviors = "\n".join(f"  {name:<18} {meaning}" for name, meaning in MEANING.items())
    parser = argparse.ArgumentParser(
        prog="python -m mentorflow.outbound.fake_receiver",
        description="Receive webhooks, and misbehave on purpose.",
        epilog=f"behaviors:\n{behaviors}\n\n{_EXAMPLES}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="where to listen; this machine alone by default")
    add("--port", type=int, default=0, help="0, the default, takes a free one")
    add("--behave", default="ok", metavar="NAME[,NAME…]", help="what to do with requests")
    add("--pace", type=float, default=1.0, help="seconds between two bytes that drip")
    add("--retry-after", default="7", help="what 429 says: seconds, or a date of HTTP")
    add("--location", default="http://127.0.0.1/", help="where redirect leads to")
    add("--tls", action="store_true", help="speak TLS with a certificate made for the occasion")
    add("--certificate", type=Path, metavar="FILE", help="speak TLS with this one")
    add("--key", type=Path, metavar="FILE", help="its key, where that is in a file of its own")
    add("--record", type=Path, metavar="FILE", help="add a line of JSON for each request")
    add("--keeps", type=int, default=1000, help="how many requests are held in memory")
    add("--quiet", action="store_true", help="print nothing for each request")
    return parser


def _say(line: str) -> None:
    # Who started it may not listen any more.
    with suppress(BrokenPipeError):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
