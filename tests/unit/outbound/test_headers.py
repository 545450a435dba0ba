"""Which headers a request may carry."""

import pytest

from mentorflow.errors import InvalidPayload
from mentorflow.outbound.headers import check_headers


def test_headers_that_say_what_a_request_is_are_taken() -> None:
    check_headers({"webhook-id": "evt_1", "Authorization": "Bearer a.b-c", "x-empty": ""})


@pytest.mark.parametrize("name", ["", "a b", "a:b", "a\r\nb", "é", "a" * 129, "(a)"])
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(InvalidPayload, match="no name of a header"):
        check_headers({name: "x"})


@pytest.mark.parametrize(
    "name", ["Host", "content-length", "Transfer-Encoding", "Connection", "Expect", "Upgrade"]
)
def test_how_a_message_is_carried_is_not_for_the_sender_to_choose(name: str) -> None:
    with pytest.raises(InvalidPayload, match="may not be chosen"):
        check_headers({name: "x"})


@pytest.mark.parametrize(
    "value", ["hunter2\r\nX-Evil: 1", "hunter2\n", " hunter2", "hunter2é", "\0"]
)
def test_a_value_that_cannot_be_sent_is_refused_and_not_shown(value: str) -> None:
    with pytest.raises(InvalidPayload) as caught:
        check_headers({"authorization": value})

    assert "hunter2" not in str(caught.value)


def test_a_value_has_an_end() -> None:
    check_headers({"x": "a" * 4096})
    with pytest.raises(InvalidPayload, match="4,096"):
        check_headers({"x": "a" * 4097})
