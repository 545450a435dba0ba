"""A process that delivers webhooks until it is killed."""

import os
from datetime import timedelta
from threading import Event

from builders import life
from mentorflow import Engine

LEASE = timedelta(seconds=1)
"""After which others take its endpoints over."""


def deliver_until_killed(url: str, key: str) -> None:
    """Deliver what is due, over and over."""
    os.environ["MENTORFLOW_SECRET_KEY"] = key
    os.environ["MENTORFLOW_WEBHOOK_NETWORKS"] = "127.0.0.0/8"
    with Engine(url, workflows=[life()], channels=()) as engine:
        courier = engine.webhooks.courier(lease=LEASE)
        while True:
            if not courier.work():
                Event().wait(0.01)
