"""The catalogue of notices: whatever is told has a type in it, and is what its schema says."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from builders import Host
from integration.webhooks.endpoints import add
from mentorflow.engine.engine import Engine
from receiver import receiving


def test_whatever_is_told_is_in_the_catalogue_and_valid_by_its_schema(host: Host) -> None:
    with receiving() as receiver:
        add(host, receiver, form="full")
        add(host, receiver, types=["endpoint.*"])
        host.engine.webhooks.test(host.engine.webhooks.list()[0].endpoint.id)
        for _ in range(2):
            host.active()
        host.start()
        host.wait(days=200)
        host.engine.webhooks.deliver_due()

    schemas = {one.type: Draft202012Validator(one.schema) for one in host.engine.webhooks.types()}
    assert len({one.type for one in receiver.came}) >= 6
    for came in receiver.came:
        schemas[came.type or ""].validate(came.payload)


def test_every_type_of_the_lifecycle_has_an_example_that_is_valid(database_url: str) -> None:
    with Engine(database_url) as engine:
        found = engine.webhooks.types()

    types = {one.type for one in found}
    assert {"mentorship.started", "mentor.accepted", "concern.raised", "test.ping"} <= types
    assert [one.type for one in found if one.is_restricted] == ["safety.reported"]
    for one in found:
        assert one.help
        Draft202012Validator.check_schema(dict(one.schema))
        Draft202012Validator(one.schema).validate(dict(one.example))


@pytest.mark.parametrize("wrong", [{"type": "other"}, {"id": "msg_1.2"}, {"data": {}}])
def test_a_schema_refuses_what_is_something_else(host: Host, wrong: dict[str, Any]) -> None:
    (found,) = [one for one in host.engine.webhooks.types() if one.type == "mentor.accepted"]

    assert not Draft202012Validator(found.schema).is_valid({**found.example, **wrong})
