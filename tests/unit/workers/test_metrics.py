"""Metrics: the names Prometheus is told, and the counting of what happens."""

import random
import re
from datetime import timedelta

import pytest
from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.exposition import generate_latest

from builders import START, at
from mentorflow.store.rows import ClaimedEffect
from mentorflow.store.transaction import FinishedEffect
from mentorflow_workers.exporter import FAMILIES
from mentorflow_workers.metrics import COUNTED, Kind, LatenessHistogram, Metrics


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
def metrics(registry: CollectorRegistry) -> Metrics:
    return Metrics(registry)


def finished(kind: str, status: str) -> FinishedEffect:
    effect = ClaimedEffect("id", 1, 0, kind, "name", None, None, {}, 1)
    return FinishedEffect(effect=effect, lease="l", status=status, at=START)


def test_names_say_whose_they_are_and_in_which_unit() -> None:
    for family in FAMILIES:
        assert re.fullmatch(r"mentorflow(_[a-z]+)+", family.name)
        assert family.name.endswith("_total") == (family.kind is Kind.COUNTER)
        assert family.help.endswith(".")
        assert ("age" in family.name or "lateness" in family.name) == family.name.endswith(
            "_seconds"
        )
    assert len({family.name for family in FAMILIES}) == len(FAMILIES)


def test_labels_are_few_and_never_an_id_or_a_person() -> None:
    labels = {label for family in FAMILIES for label in family.labels}

    assert labels == {"kind", "result", "stage", "when", "part"}


def test_what_is_counted_is_what_is_declared(registry: CollectorRegistry, metrics: Metrics) -> None:
    metrics.timers_fired([START], at(seconds=1))
    metrics.attempts_ended([finished("notify", "done")])
    metrics.leases_rescued(["begun"])
    metrics.webhooks_sent(["done"])

    told = {
        (found.name, found.type, found.documentation): {
            label for sample in found.samples for label in sample.labels
        }
        for found in registry.collect()
    }
    assert told == {
        (family.name.removesuffix("_total"), str(family.kind), family.help): {
            *family.labels,
            *(["le"] if family.kind is Kind.HISTOGRAM else []),
        }
        for family in COUNTED
    }


def test_attempts_are_counted_by_kind_and_result(
    registry: CollectorRegistry, metrics: Metrics
) -> None:
    metrics.attempts_ended(
        [finished("notify", "done"), finished("notify", "done"), finished("call", "pending")]
    )
    metrics.attempts_ended([finished("call", "failed")])

    def count(kind: str, result: str) -> float | None:
        return registry.get_sample_value(
            "mentorflow_effect_attempts_total", {"kind": kind, "result": result}
        )

    assert [count("notify", "done"), count("call", "retried"), count("call", "failed")] == [2, 1, 1]


def test_lateness_is_never_below_nothing(registry: CollectorRegistry, metrics: Metrics) -> None:
    metrics.timers_fired([at(seconds=5), at(seconds=-5)], START)

    assert registry.get_sample_value("mentorflow_timer_lateness_seconds_sum") == 5


def test_a_batch_is_observed_as_its_amounts_are_one_by_one() -> None:
    chance = random.Random(7)
    bounds = (0.5, 1, 10)
    amounts = [chance.choice([0.5, 1, 10, chance.uniform(0, 20)]) for _ in range(200)]
    one, other = CollectorRegistry(), CollectorRegistry()
    LatenessHistogram("x_seconds", "X.", buckets=bounds, registry=one).observe_all(amounts)
    single = Histogram("x_seconds", "X.", buckets=bounds, registry=other)
    for amount in amounts:
        single.observe(amount)

    def told(registry: CollectorRegistry) -> list[str]:
        lines = generate_latest(registry).decode().splitlines()
        return [line for line in lines if not line.startswith(("#", "x_seconds_c", "x_seconds_s"))]

    assert told(one) == told(other)
    assert one.get_sample_value("x_seconds_sum") == pytest.approx(
        other.get_sample_value("x_seconds_sum")
    )


def test_a_duration_is_in_seconds(registry: CollectorRegistry, metrics: Metrics) -> None:
    metrics.timers_fired([START - timedelta(hours=2)], START)

    assert registry.get_sample_value("mentorflow_timer_lateness_seconds_sum") == 7200
