"""The check of webhooks: endpoints that fail or are disabled, and what waits for long."""

from mentorflow.engine.checks import Check, Verdict
from mentorflow.store.deliveries import Faring, list_endpoints
from mentorflow.store.store import Store

_MOST = 1000
_SHOWN = 5


def endpoints_check(store: Store) -> Check:
    """Look at how all endpoints fare."""
    with store.snapshot() as transaction:
        faring = list_endpoints(transaction, after="", most=_MOST)
    enabled = [one for one in faring if one.endpoint.status == "enabled"]
    failing = [one for one in enabled if one.health.is_probed]
    disabled = [one for one in faring if one.endpoint.status == "disabled"]
    waiting = sum(one.waiting for one in enabled)
    figures = {
        "endpoints": len(faring),
        "failing": len(failing),
        "disabled": len(disabled),
        "waiting": waiting,
    }
    if not failing:
        off = f", {len(disabled)} disabled" if disabled else ""
        found = f"{len(enabled)} endpoints, {waiting:,} notices wait{off}"
        return Check("webhooks", Verdict.OK, found, figures=figures)
    named = ", ".join(map(_named, failing[:_SHOWN]))
    found = f"{len(failing)} of {len(enabled)} endpoints fail: {named}"
    advice = "`mentorflow webhooks deliveries ENDPOINT` tells what they answer."
    return Check("webhooks", Verdict.WARNING, found, advice, figures)


def _named(faring: Faring) -> str:
    return f"{faring.endpoint.id} ({faring.health.failures} times in a row)"
