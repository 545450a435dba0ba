"""HTTP clients side by side, as a sender of webhooks would use them.

`python -m benchmarks.clients`: each sends signed bodies of 1 KiB to a receiver in another process
of this machine, 64 at a time. They take turns; the figure is the median. Those that are not
installed are left out: httpx, httpx2 and httpcore are no part of this project.
"""

import argparse
import asyncio
import hashlib
import hmac
import json
import os
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from http.client import HTTPConnection, HTTPException
from importlib import import_module
from importlib.metadata import version
from itertools import count, islice
from pathlib import Path
from queue import Empty, SimpleQueue
from socket import SHUT_RDWR
from statistics import median
from typing import Any
from urllib.parse import urlsplit

from benchmarks.stopwatch import Stopwatch, Took
from benchmarks.surroundings import described
from mentorflow.outbound.client import Client
from mentorflow.outbound.messages import Answer, Limits, Request
from mentorflow.outbound.rules import Rules

IN_FLIGHT = 64
BODY = json.dumps({"type": "test.ping", "data": "x" * 991}).encode()
_SECRET = hashlib.sha256(b"a secret").digest()
_RECEIVER = ("-m", "mentorflow.outbound.fake_receiver", "--keeps", "0", "--quiet")
Post = Callable[[str, Mapping[str, str]], Awaitable[int]]
Send = Callable[[str, int], None]


def main(arguments: list[str] | None = None) -> int:
    """Print a table, and a line of JSON for each client."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--hanging", type=int, default=1000, help="requests nobody answers")
    given = parser.parse_args(arguments)
    print("\n".join(described()))
    print(f"{given.requests} requests of {len(BODY)} bytes, {IN_FLIGHT} in flight")
    taken = _measured(_clients(), requests=given.requests, repeats=given.repeats)
    print(f"\n{'client':<24} {'requests/s':>10} {'lowest':>8} {'highest':>8} {'processor':>10}")
    for name, rounds in taken.items():
        rates = [requests / took.wall for requests, took in rounds]
        cpu = median(took.cpu / requests * 1e6 for requests, took in rounds)
        row = f"{median(rates):>10,.0f} {min(rates):>8,.0f} {max(rates):>8,.0f} {cpu:>7,.0f} µs"
        print(f"{name:<24} {row}")
    for name, rounds in taken.items():
        rates = [round(requests / took.wall) for requests, took in rounds]
        print(json.dumps({"client": name, "rates": rates}))
    _tell_of_hanging(given.hanging)
    return 0


def _tell_of_hanging(number: int) -> None:
    """Print what a request costs that nobody answers, on a loop and on threads."""
    print(f"\nwith {number} more requests under way that nobody answers:")
    with receiver("--behave", "ignore") as silent:
        for name, hang in (("mentorflow.outbound", _hang_ours), ("http.client", _hang_threads)):
            before = _resident()
            with hang(silent, number):
                kib, threads = (_resident() - before) / number, threading.active_count()
            print(f"{name:<24} {kib:>6.0f} KiB of memory each, {threads} threads in the process")


@contextmanager
def _hang_ours(url: str, number: int) -> Iterator[None]:
    limits = Limits(headers=600, total=600)
    rules = Rules.for_development()
    with Client(rules, now=partial(datetime.now, UTC), limits=limits) as client:
        for job in range(number):
            client.submit(Request(url=url, headers=signed(job), body=BODY))
        _wait_for_connections(number)
        yield


@contextmanager
def _hang_threads(url: str, number: int) -> Iterator[None]:
    parts = urlsplit(url)
    connections = [HTTPConnection(str(parts.hostname), parts.port) for _ in range(number)]

    def ask(connection: HTTPConnection) -> None:
        connection.request("POST", parts.path, BODY, signed(0))
        with suppress(OSError, HTTPException):
            connection.getresponse()

    threads = [threading.Thread(target=ask, args=(one,)) for one in connections]
    for thread in threads:
        thread.start()
    _wait_for_connections(number)
    yield
    for connection in connections:
        if connection.sock is not None:
            connection.sock.shutdown(SHUT_RDWR)
    for thread in threads:
        thread.join()


def _wait_for_connections(number: int) -> None:
    """Wait until this process has so many open files: nothing else opens any meanwhile."""
    files = Path("/proc/self/fd")
    while sum(1 for _ in files.iterdir()) < number:
        threading.Event().wait(0.05)


def _resident() -> float:
    """Return how much memory this process holds, in KiB."""
    status = Path("/proc/self/status").read_text().splitlines()
    return float(next(line for line in status if line.startswith("VmRSS")).split()[1])


def signed(job: int) -> dict[str, str]:
    """Return the headers of a webhook, with a signature by HMAC over id, time and body."""
    stamp = "1772442000"
    name = f"evt_{job}"
    mac = hmac.digest(_SECRET, f"{name}.{stamp}.".encode() + BODY, "sha256")
    return {
        "content-type": "application/json",
        "webhook-id": name,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{mac.hex()}",
    }


@contextmanager
def receiver(*arguments: str) -> Iterator[str]:
    """Run a receiver that only counts, in a process of its own; gives its URL."""
    command = [sys.executable, *_RECEIVER, *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"{process.stdout.readline().split()[-1]}/hooks/mentorflow"
        finally:
            process.terminate()


def bare(url: str, requests: int) -> None:
    """Send with aiohttp in a loop of its own, and nothing around it."""
    asyncio.run(_asynchronously(_aiohttp, url, requests))


def _measured(
    clients: Mapping[str, Send], *, requests: int, repeats: int
) -> dict[str, list[tuple[int, Took]]]:
    taken: dict[str, list[tuple[int, Took]]] = {name: [] for name in clients}
    with receiver() as url:
        for turn in range(repeats + 1):
            for name, send in clients.items():
                # It would take minutes, and the rate is the same.
                number = requests // 20 if name.startswith("http") and "pool" in name else requests
                with Stopwatch() as watch:
                    send(url, number)
                if turn:
                    taken[name].append((number, watch.took))
            print(f"turn {turn} of {repeats}, load {os.getloadavg()[0]:.1f}", flush=True)
    return taken


def _clients() -> dict[str, Send]:
    found: dict[str, Send] = {
        "mentorflow.outbound": _ours,
        f"aiohttp {version('aiohttp')}": bare,
        "http.client, threads": partial(_on_threads, _http_client),
    }
    found |= _installed("urllib3", ", threads", lambda: partial(_on_threads, _urllib3()))
    for name, opened in (("httpcore", _httpcore), ("httpx", _httpx), ("httpx2", _httpx)):
        found |= _installed(name, ", one pool", partial(_pooled, opened, name))
    return found


def _installed(name: str, how: str, made: Callable[[], Send]) -> dict[str, Send]:
    try:
        import_module(name)
    except ImportError:
        print(f"{name} is not installed")
        return {}
    return {f"{name} {version(name)}{how}": made()}


def _pooled(opened: Callable[[Any], AbstractAsyncContextManager[Post]], name: str) -> Send:
    return partial(_with_loop, partial(opened, import_module(name)))


def _ours(url: str, requests: int) -> None:
    done: SimpleQueue[Any] = SimpleQueue()
    jobs = iter(range(requests))
    rules = Rules.for_development()
    with Client(rules, now=partial(datetime.now, UTC)) as client:

        def submit(number: int) -> None:
            for job in islice(jobs, number):
                request = Request(url=url, headers=signed(job), body=BODY)
                client.submit(request).add_done_callback(done.put)

        submit(IN_FLIGHT)
        answered = 0
        while answered < requests:
            answers = [done.get().result()]
            with suppress(Empty):
                while True:
                    answers.append(done.get_nowait().result())
            _check_answers(answers)
            answered += len(answers)
            submit(len(answers))


def _check_answers(answers: list[Answer]) -> None:
    for answer in answers:
        assert answer.is_success, answer


async def _asynchronously(
    opened: Callable[[], AbstractAsyncContextManager[Post]], url: str, requests: int
) -> None:
    jobs = iter(range(requests))
    async with opened() as post:

        async def work() -> None:
            for job in jobs:
                status = await post(url, signed(job))
                assert status == 200, status

        await asyncio.gather(*(work() for _ in range(IN_FLIGHT)))


def _with_loop(
    opened: Callable[[], AbstractAsyncContextManager[Post]], url: str, requests: int
) -> None:
    asyncio.run(_asynchronously(opened, url, requests))


@asynccontextmanager
async def _aiohttp() -> AsyncIterator[Post]:
    from aiohttp import ClientSession, DummyCookieJar, TCPConnector

    connector = TCPConnector(limit=IN_FLIGHT)
    async with ClientSession(
        connector=connector, cookie_jar=DummyCookieJar(), auto_decompress=False
    ) as session:

        async def post(url: str, headers: Mapping[str, str]) -> int:
            async with session.post(
                url, data=BODY, headers=headers, allow_redirects=False
            ) as answer:
                await answer.read()
                return answer.status

        yield post


@asynccontextmanager
async def _httpcore(library: Any) -> AsyncIterator[Post]:
    async with library.AsyncConnectionPool(max_connections=IN_FLIGHT) as pool:

        async def post(url: str, headers: Mapping[str, str]) -> int:
            more = [*headers.items(), ("content-length", str(len(BODY)))]
            pairs = [("host", urlsplit(url).netloc), *more]
            answer = await pool.request("POST", url, headers=pairs, content=BODY)
            return int(answer.status)

        yield post


@asynccontextmanager
async def _httpx(library: Any) -> AsyncIterator[Post]:
    limits = library.Limits(max_connections=IN_FLIGHT, max_keepalive_connections=IN_FLIGHT)
    async with library.AsyncClient(limits=limits, trust_env=False) as client:

        async def post(url: str, headers: Mapping[str, str]) -> int:
            answer = await client.post(url, content=BODY, headers=headers)
            return int(answer.status_code)

        yield post


def _on_threads(send_all: Callable[[str, Iterator[int]], None], url: str, requests: int) -> None:
    numbers, lock = count(), threading.Lock()

    def jobs() -> Iterator[int]:
        while True:
            with lock:
                job = next(numbers)
            if job >= requests:
                return
            yield job

    threads = [threading.Thread(target=send_all, args=(url, jobs())) for _ in range(IN_FLIGHT)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _http_client(url: str, jobs: Iterator[int]) -> None:
    parts = urlsplit(url)
    connection = HTTPConnection(str(parts.hostname), parts.port)
    for job in jobs:
        connection.request("POST", parts.path, BODY, signed(job))
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200
    connection.close()


def _urllib3() -> Callable[[str, Iterator[int]], None]:
    import urllib3

    pool = urllib3.PoolManager(maxsize=IN_FLIGHT, retries=False)

    def send_all(url: str, jobs: Iterator[int]) -> None:
        for job in jobs:
            assert pool.request("POST", url, body=BODY, headers=signed(job)).status == 200

    return send_all


if __name__ == "__main__":
    sys.exit(main())
