"""Links that end a person's emails: whose they are, and whether they are ours."""

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentorflow_workers.channels.unsubscribe import unsubscribe_url, verify_unsubscribe

SECRET = "a secret of sixteen or more"
BASE = "https://example.com/end?program=lfx"
LINK = unsubscribe_url(BASE, person="jo", secret=SECRET)


@given(st.text(min_size=1))
def test_a_link_says_whose_it_is(person: str) -> None:
    link = unsubscribe_url(BASE, person=person, secret=SECRET)

    assert link.isascii()
    assert link.isprintable()
    assert not set("<> ") & set(link)
    assert verify_unsubscribe(link, SECRET) == person


def test_its_parameters_do_as_well() -> None:
    parameters = {name: values[0] for name, values in parse_qs(urlsplit(LINK).query).items()}

    assert parameters["program"] == "lfx"
    assert verify_unsubscribe(parameters, SECRET) == "jo"


@pytest.mark.parametrize(
    "link",
    [
        LINK.replace("person=jo", "person=joe"),
        LINK.replace("person=jo", "person=jo&person=joe"),
        LINK[:-1],
        f"{LINK}A",
        LINK.partition("&signature")[0],
        unsubscribe_url(BASE, person="jo", secret="another secret of sixteen"),
        unsubscribe_url(BASE, person="", secret=SECRET),
        "https://example.com/end?signature=%C3%A4",
        "https://[",
        "",
    ],
)
def test_any_other_link_is_nobody_s(link: str) -> None:
    assert verify_unsubscribe(link, SECRET) is None


def test_strange_parameters_are_nobody_s() -> None:
    assert verify_unsubscribe({}, SECRET) is None
    assert verify_unsubscribe({"person": "\udce4", "signature": "ä\udce4"}, SECRET) is None
