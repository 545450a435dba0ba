"""How requests leave this deployment, as its environment says."""

import os
from pathlib import Path

from mentorflow.clock import Clock
from mentorflow.outbound.client import Client
from mentorflow.outbound.rules import Rules

NETWORKS = "MENTORFLOW_WEBHOOK_NETWORKS"
"""Networks that may be sent to, by http too, though they are not public: for development."""
CERTIFICATES = "MENTORFLOW_WEBHOOK_CA"
"""A file of certificates to trust instead of the system's."""


def rules_of_environment() -> Rules:
    """Return where requests may go: to strangers by https, or as the environment says."""
    networks = [one for one in os.environ.get(NETWORKS, "").split(",") if one.strip()]
    return Rules.for_development(*networks) if networks else Rules()


def client_of_environment(rules: Rules, clock: Clock) -> Client:
    """Return a client that sends only where the rules allow it."""
    ca_bundle = os.environ.get(CERTIFICATES)
    return Client(rules, now=clock.now, ca_bundle=Path(ca_bundle) if ca_bundle else None)
