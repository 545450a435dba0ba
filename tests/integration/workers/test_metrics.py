"""What Prometheus is told of a worker that runs, and of one whose processes die."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from prometheus_client.parser import text_string_to_metric_families

from builders import open_host
from integration.workers.conftest import Site, Working
from mentorflow import Engine
from mentorflow_workers import exporter
from mentorflow_workers.exporter import FAMILIES, WorkloadCollector
from receiver import Receiver
from servers.waiting import wait_until
from tables import execute

_READY = re.compile(r"metrics\.ready host=(\S+) port=(\d+)")
ON = ("--metrics-port", "0")


class Scraping:
    """A worker's metrics, asked for as Prometheus does."""

    def __init__(self, site: Site) -> None:
        wait_until(lambda: bool(_READY.search(site.log.read_text())), "metrics are there")
        found = _READY.findall(site.log.read_text())[-1]
        self.host, self.port = found[0], int(found[1])

    def text(self) -> str:
        with urlopen(f"http://{self.host}:{self.port}/metrics", timeout=30) as answer:
            return str(answer.read().decode())

    def samples(self) -> Mapping[str, float]:
        return {
            " ".join([sample.name, *sorted(sample.labels.values())]): sample.value
            for family in text_string_to_metric_families(self.text())
            for sample in family.samples
        }


@contextmanager
def scraping(site: Site, *arguments: str) -> Iterator[tuple[Working, Scraping]]:
    with site.working(*ON, *arguments) as worker:
        yield worker, Scraping(site)


def test_a_worker_tells_what_it_did_and_how_the_work_stands(site: Site) -> None:
    ids = site.start(20)

    with scraping(site, "--processes", "2") as (worker, metrics):
        site.wait_until_all_is_done()
        wait_until(lambda: _attempts(metrics.samples()) == _effects(site), "all is counted")
        wait_until(lambda: metrics.samples()["mentorflow_processes_alive carrier"] == 2, "beats")
        text, samples = metrics.text(), metrics.samples()
        worker.end()

    told = {
        (found.name, found.type, found.documentation)
        for found in text_string_to_metric_families(text)
    }
    silent = {"mentorflow_leases_rescued_total", "mentorflow_webhook_attempts_total"}
    assert told == {
        (one.name.removesuffix("_total"), str(one.kind), one.help)
        for one in FAMILIES
        if one.name not in silent
    }
    assert samples["mentorflow_timer_lateness_seconds_count"] == len(site.fired(ids))
    assert samples["mentorflow_timer_lateness_seconds_sum"] > 86400
    assert samples["mentorflow_database_up"] == 1
    assert samples["mentorflow_timers_due"] == samples["mentorflow_outbox_effects now"] == 0
    assert samples["mentorflow_process_deaths_total carrier"] == 0
    assert all(id_ not in text for id_ in ids)


def _attempts(samples: Mapping[str, float]) -> float:
    names = [name for name in samples if name.startswith("mentorflow_effect_attempts_total")]
    return sum(samples[name] for name in names)


def _effects(site: Site) -> int:
    return site.count("SELECT count(*) FROM mentorflow_effect")


def test_counts_outlive_the_process_that_counted(site: Site) -> None:
    site.start(5)

    with scraping(site) as (worker, metrics):
        site.wait_until_all_is_done()
        wait_until(lambda: _attempts(metrics.samples()) == _effects(site), "all is counted")
        before = _attempts(metrics.samples())
        worker.parts("carrier")[0].kill()
        wait_until(
            lambda: metrics.samples()["mentorflow_process_deaths_total carrier"] == 1, "it is told"
        )
        with Engine(site.db, channels=[]) as engine:
            engine.start(mentee="m", mentors=["n"], program="p")
        wait_until(lambda: _attempts(metrics.samples()) == _effects(site) > before, "it goes on")
        worker.end()


def test_metrics_are_off_and_nobody_outside_is_answered_unless_it_is_asked_for(site: Site) -> None:
    with site.working() as worker:
        worker.wait_until_ready(carriers=1)
        worker.end()
    assert "metrics.ready" not in site.log.read_text()

    with scraping(site) as (worker, metrics):
        assert metrics.host == "127.0.0.1"
        worker.end()
    with pytest.raises(URLError):
        metrics.text()


def test_a_port_that_is_taken_is_said_at_once(site: Site) -> None:
    with scraping(site) as (worker, metrics):
        answer = site.program("worker", "--metrics-port", str(metrics.port), MENTORFLOW_DEBUG="0")
        worker.end()

    assert answer.status == 1
    assert "Address already in use" in answer.stderr


def samples_of(collector: WorkloadCollector) -> dict[str, float]:
    return {
        " ".join([sample.name, *sample.labels.values()]): sample.value
        for metric in collector.collect()
        for sample in metric.samples
    }


def test_how_the_work_stands_is_read_from_the_database(database_url: str) -> None:
    host = open_host(database_url)
    host.engine.start_many(host.request(mentee=f"m-{n}") for n in range(3))
    execute(database_url, "UPDATE mentorflow_effect SET lease = 'claim-lost' WHERE position = 1")
    collector = WorkloadCollector(database_url)

    samples = samples_of(collector)
    host.engine.run_due()
    after = samples_of(collector)

    assert samples["mentorflow_database_up"] == 1
    assert samples["mentorflow_timers_due"] == 6, "they began in the past"
    assert samples["mentorflow_outbox_effects now"] == 6
    assert samples["mentorflow_outbox_effects later"] == 0
    assert samples["mentorflow_leases_over"] == 3
    assert samples["mentorflow_timers_due_age_seconds"] > 0
    assert samples["mentorflow_outbox_age_seconds"] > samples["mentorflow_timers_due_age_seconds"]
    assert after["mentorflow_outbox_effects now"] == after["mentorflow_outbox_age_seconds"] == 0
    collector.close()
    host.engine.close()


def test_a_database_that_is_away_is_told_as_such(tmp_path: Path) -> None:
    for url in ("postgresql://127.0.0.1:1/nowhere", f"sqlite:///{tmp_path}/no/such.db"):
        assert samples_of(WorkloadCollector(url)) == {"mentorflow_database_up": 0}


def test_one_scrape_waits_for_another_only_so_long(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporter, "_PATIENCE", 0.01)
    collector = WorkloadCollector(sqlite_url)

    with collector._one_at_a_time:
        assert samples_of(collector) == {"mentorflow_database_up": 0}
    assert samples_of(collector)["mentorflow_database_up"] == 1
    collector.close()


@pytest.mark.usefixtures("sends_webhooks")
def test_webhooks_are_counted(site: Site, receiver: Receiver) -> None:
    with scraping(site) as (worker, metrics):
        with Engine(site.db, channels=()) as engine:
            made = engine.webhooks.add(receiver.url, reason="a test")
            receiver.secrets.append(made.secret)
            engine.start(mentee="mentee-1", mentors=["mentor-1"], program="program-1")
        wait_until(
            lambda: metrics.samples().get("mentorflow_webhook_attempts_total done") == 2,
            "they are counted",
        )
        samples = metrics.samples()
        worker.end()

    assert samples["mentorflow_webhooks_waiting"] == samples["mentorflow_endpoints_failing"] == 0
