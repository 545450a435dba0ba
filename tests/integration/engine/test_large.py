"""What is larger than any buffer on the way to the database gets there all the same."""

from builders import Host

_LARGE = "x" * 60_000
"""A payload near the limit; a few of them are more than a socket takes in at once."""


def test_a_batch_larger_than_a_socket_takes_in_at_once_is_taken_whole(host: Host) -> None:
    active = host.active()

    answers = host.engine.send_many(
        {"id": active.id, "event": "noted", "by": "mentor-1", "data": {"text": _LARGE}}
        for _ in range(60)
    )

    assert answers[-1].revision == active.revision + 60
    assert all(entry.data["text"] == _LARGE for entry in host.engine.history(active.id)[-60:])


def test_many_mentorships_change_large_facts_in_one_batch(host: Host) -> None:
    started = [host.active() for _ in range(60)]

    host.engine.send_many(
        {"id": found.id, "event": "noted", "by": "mentor-1", "data": {"facts": {"a": _LARGE}}}
        for found in started
    )

    assert all(host.engine.get(found.id).facts["a"] == _LARGE for found in started)


def test_an_event_on_a_mentorship_with_large_facts_is_taken(host: Host) -> None:
    active = host.active()
    for name in "abcdefghijklmnop":
        active = host.send(active, "noted", data={"facts": {name: _LARGE}})

    again = host.send(active, "noted", data={"facts": {"note": "a few"}})

    assert again.facts == {**active.facts, "note": "a few"}
    assert host.engine.get(active.id).facts == again.facts
