"""The check of the queue: whether Redis answers, and keeps what it is given."""

from redis import Redis
from redis.exceptions import RedisError

from mentorflow.engine.checks import Check, Verdict
from mentorflow_workers.queue import WAITING

_PATIENCE = 3.0
"""Seconds for a connection, and for an answer."""


def queue_check(url: str) -> Check:
    """Look at a Redis server as a worker will use it."""
    try:
        client = Redis.from_url(url, socket_timeout=_PATIENCE, socket_connect_timeout=_PATIENCE)
    except ValueError:
        advice = "Write redis://host/0 or unix:///path?db=0."
        return Check("redis", Verdict.PROBLEM, "the address is no URL of a Redis server", advice)
    try:
        with client:
            return _check(client)
    except RedisError as failed:
        advice = "Start it, or give the right --redis. Timers fire and effects wait meanwhile."
        return Check("redis", Verdict.PROBLEM, f"it cannot be reached: {failed}", advice)


def _check(client: Redis) -> Check:
    server = client.info()
    version, policy = server.get("redis_version", "?"), server.get("maxmemory_policy", "?")
    claims = client.llen(WAITING)
    figures = {"version": version, "claims": claims, "maxmemory_policy": policy}
    told = f"Redis {version} answers, {claims} claims wait in it"
    if policy not in {"noeviction", "?"}:
        advice = "Set maxmemory-policy to noeviction: what it evicts waits for its lease to end."
        return Check("redis", Verdict.WARNING, f"{told}, but it may evict them", advice, figures)
    return Check("redis", Verdict.OK, told, figures=figures)
