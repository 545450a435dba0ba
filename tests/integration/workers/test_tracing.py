"""One trace from the app that sends an event to the Carrier that calls it, in two processes."""

from pathlib import Path

from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import format_trace_id

from integration.workers.conftest import Site
from mentorflow import Engine
from mentorflow.engine import tracing
from servers.waiting import wait_until

APP = """
from pathlib import Path

from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult, SimpleSpanProcessor
from opentelemetry.trace import format_trace_id, set_tracer_provider

from mentorflow import Engine


class ToFile(SpanExporter):
    def export(self, spans):
        with Path("spans.txt").open("a") as file:
            for span in spans:
                file.write(f"{{span.name}} {{format_trace_id(span.context.trace_id)}}\\n")
        return SpanExportResult.SUCCESS


provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(ToFile()))
set_tracer_provider(provider)
engine = Engine({url!r}, channels=())
"""


def spans(file: Path) -> list[str]:
    return file.read_text().splitlines() if file.exists() else []


def test_a_trace_goes_on_in_the_carrier(site: Site) -> None:
    (site.program.folder / "my_app.py").write_text(APP.format(url=site.db))
    told = site.program.folder / "spans.txt"
    provider = TracerProvider(shutdown_on_exit=False)
    tracing.trace_with(provider)
    try:
        with (
            provider.get_tracer("test").start_as_current_span("a request") as request,
            Engine(site.db, channels=[]) as engine,
        ):
            engine.start(mentee="m", mentors=["n"], program="p")
    finally:
        tracing.stop_tracing()
    trace = format_trace_id(request.get_span_context().trace_id)

    with site.working("--app", "my_app:engine", "--tracing") as worker:
        wait_until(lambda: len(spans(told)) >= 2, "its effects are carried out")
        worker.end()

    carried = [line for line in spans(told) if line.startswith("mentorflow.carry")]
    assert carried == [f"mentorflow.carry {trace}"] * 2
