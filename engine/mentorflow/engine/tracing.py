"""Tracing: spans from an event that is sent to the effects it leaves, by OpenTelemetry.

Off unless a program asks for it; then OpenTelemetry does with the spans what it was told to.
The trace of an event travels with its effects, in their rows, to whoever carries them out.
"""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

from mentorflow import __version__
from mentorflow.core.keys import entry_id
from mentorflow.errors import MissingExtra
from mentorflow.store.rows import ClaimedEffect

if TYPE_CHECKING:
    from opentelemetry.trace import Span, Tracer, TracerProvider

_NOTHING = nullcontext()
_PARENT = "traceparent"
Value = str | int


class _Tracing:
    """What this process traces with."""

    tracer: "Tracer | None" = None


def trace_with(provider: "TracerProvider | None" = None) -> None:
    """Begin to trace in this process, with OpenTelemetry's global provider unless told.

    Raises:
        MissingExtra: if OpenTelemetry is not installed.
    """
    try:
        from opentelemetry.trace import get_tracer
    except ModuleNotFoundError as missing:
        raise MissingExtra("tracing", extra="tracing") from missing
    _Tracing.tracer = get_tracer("mentorflow", __version__, provider)


def stop_tracing() -> None:
    """Trace no more in this process."""
    _Tracing.tracer = None


def span(name: str, **attributes: Value | None) -> AbstractContextManager[object]:
    """Return a span of a piece of work, to be entered."""
    if _Tracing.tracer is None:
        return _NOTHING
    return _span(_Tracing.tracer, name, attributes)


def carrying(effect: ClaimedEffect) -> AbstractContextManager[object]:
    """Return the span of an attempt at an effect, within the trace that left it, to be entered."""
    if _Tracing.tracer is None:
        return _NOTHING
    return _carrying(_Tracing.tracer, effect)


def batch(name: str) -> AbstractContextManager["Batch"]:
    """Return the span of a batch, which is not told of where the batch turns out empty."""
    if _Tracing.tracer is None:
        return nullcontext(Batch())
    return _batch(_Tracing.tracer, name)


class Batch:
    """How much there was to do."""

    def __init__(self) -> None:
        self.size = 0


def current_trace() -> str | None:
    """Return what names the present span to other processes; None where nothing is traced."""
    if _Tracing.tracer is None:
        return None
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    carrier: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(carrier)
    return carrier.get(_PARENT)


@contextmanager
def _span(
    tracer: "Tracer", name: str, attributes: Mapping[str, Value | None], **how: Any
) -> Iterator["Span"]:
    from opentelemetry.trace import Status, StatusCode

    known = {f"mentorflow.{key}": value for key, value in attributes.items() if value is not None}
    with tracer.start_as_current_span(
        name, attributes=known, record_exception=False, set_status_on_exception=False, **how
    ) as made:
        try:
            yield made
        except Exception as failed:
            # Which error it was, and not its text: that may name people.
            made.set_status(Status(StatusCode.ERROR, type(failed).__name__))
            raise


@contextmanager
def _carrying(tracer: "Tracer", effect: ClaimedEffect) -> Iterator[None]:
    from opentelemetry.trace import Link, SpanKind, get_current_span
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    # In the trace of the event; the claim, which has effects of many events, is linked to.
    around = get_current_span().get_span_context()
    context = None
    if effect.trace is not None:
        context = TraceContextTextMapPropagator().extract({_PARENT: effect.trace})
    attributes: dict[str, Value | None] = {
        "effect": effect.id,
        "kind": effect.kind,
        "name": effect.name,
        "mentorship": effect.mentorship_id,
        "history": entry_id((effect.mentorship_id, effect.revision)),
        "attempt": effect.attempts,
    }
    links = [Link(around)] if around.is_valid else []
    how: dict[str, Any] = {"context": context, "links": links, "kind": SpanKind.CONSUMER}
    with _span(tracer, "mentorflow.carry", attributes, **how):
        yield


@contextmanager
def _batch(tracer: "Tracer", name: str) -> Iterator[Batch]:
    from opentelemetry.trace import use_span

    found = Batch()
    made = tracer.start_span(name)
    with use_span(made, record_exception=False, set_status_on_exception=False):
        yield found
    if found.size:
        made.set_attribute("mentorflow.size", found.size)
        made.end()
