"""What may be said of an endpoint: every setting, checked, as it is kept."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, TypedDict

from mentorflow.core.duration import Duration
from mentorflow.core.notices import Form
from mentorflow.engine.payload import name_text
from mentorflow.engine.sealing import Sealing
from mentorflow.errors import InvalidPayload
from mentorflow.outbound.headers import check_headers
from mentorflow.outbound.rules import Rules
from mentorflow.store.endpoints import StoredEndpoint

Waits = Iterable[timedelta | str]
"""How long after each attempt that failed the next one is, as `timedelta` or as `5m`."""
SECRET = frozenset({"headers"})
"""Settings whose values are told to nobody."""
_MOST_HEADERS = 20
_MOST_HEADER = 1000
_MOST_PATTERNS = 100
_MOST_PER_MINUTE = 100_000
_MOST_WAITS = 20
_SHORTEST_WAIT, _LONGEST_WAIT = timedelta(seconds=1), timedelta(days=7)
_OURS = ("webhook-", "content-", "user-agent")
"""Written for each request; the client refuses others."""


class Settings(TypedDict, total=False):
    """How an endpoint is set up; what is left out is as it was, or usual."""

    types: Sequence[str]
    """Names or patterns (`meeting.*`), all unless said; what is about safety has to be named."""
    programs: Sequence[str]
    """Of these alone; of all where there are none."""
    form: str
    """`thin` (ids, states, cause), `full` (with parties, dates and the host's key), or either as a
    CloudEvent: `thin_cloudevents`, `full_cloudevents`."""
    ordering: str
    """`best_effort`, or `strict`: a later notice of a mentorship waits for the earlier ones."""
    per_minute: int | None
    """How many requests at most; None is no limit."""
    schedule: Waits | None
    """The waits after each attempt that failed: `["10s", "5m"]` makes three; None is the usual."""
    headers: Mapping[str, str] | None
    """Of its own, kept encrypted."""
    description: str
    contact: str | None
    """The person who is told when it fails for long."""


USUAL: Settings = {
    "types": ("*",),
    "programs": (),
    "form": "thin",
    "ordering": "best_effort",
    "per_minute": None,
    "schedule": None,
    "headers": None,
    "description": "",
    "contact": None,
}


class SettingChecks:
    """What each setting of an endpoint may be, and how it is kept."""

    def __init__(self, sealing: Sealing, rules: Callable[[], Rules]) -> None:
        self._sealing = sealing
        self._rules = rules
        self._checks: Mapping[str, Callable[[Any], Any]] = {
            "url": self._url,
            "types": _patterns,
            "programs": _programs,
            "form": _form,
            "ordering": _ordering,
            "per_minute": _per_minute,
            "schedule": _schedule,
            "headers": self._headers,
            "description": _description,
            "contact": _contact,
        }

    def checked(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return what is said as it is kept.

        Raises:
            InvalidPayload: naming what is wrong, and what would be right.
            AddressRefused: if nothing may be sent to the URL.
            SecretKeyMissing: if there are headers, and no key to keep them under.
        """
        for name in given:
            if name not in self._checks:
                raise InvalidPayload(f"there is no setting {name!r}: {', '.join(self._checks)}")
        return {name: self._checks[name](value) for name, value in given.items()}

    def _url(self, url: str | None) -> str | None:
        return None if url is None else self._rules().target(url).url

    def _headers(self, headers: Mapping[str, str] | None) -> str | None:
        return self._sealing.seal(_own(headers)) if headers else None


def changes_between(
    before: StoredEndpoint, after: StoredEndpoint, names: Iterable[str]
) -> list[tuple[str, str | None, str | None]]:
    """Return (setting, from, to) for those that are another than before; secrets are not told."""
    told = [(name, _as_kept(before, name), _as_kept(after, name)) for name in names]
    return [
        (name, _told(name, was), _told(name, becomes))
        for name, was, becomes in told
        if was != becomes
    ]


def schedule_text(waits: Sequence[float] | None) -> str | None:
    """Return the waits of an endpoint's schedule as people read them; None for the usual one."""
    if waits is None:
        return None
    return ", ".join(str(timedelta(seconds=one)) for one in waits) or "no second attempt"


def _as_kept(endpoint: StoredEndpoint, name: str) -> Any:
    value = getattr(endpoint, name)
    return list(value) if isinstance(value, tuple) else value


def _told(name: str, value: Any) -> str | None:
    if value is None:
        return None
    if name in SECRET:
        return "kept secret"
    if name == "schedule":
        return schedule_text(value)
    return str(value) if isinstance(value, str | int) else ", ".join(value) or None


def _patterns(types: Sequence[str]) -> tuple[str, ...]:
    found = tuple(name_text(one, what="type") for one in types) or ("*",)
    if len(found) > _MOST_PATTERNS:
        raise InvalidPayload(f"there are {len(found)} types; there may be {_MOST_PATTERNS}")
    return found


def _programs(programs: Sequence[str]) -> tuple[str, ...]:
    return tuple(name_text(one, what="program") for one in programs)


def _form(text: str) -> str:
    known = [one.value for one in Form]
    if text not in known:
        raise InvalidPayload(f"form is {text!r}; it must be one of {', '.join(known)}")
    return text


def _ordering(text: str) -> str:
    if text not in {"best_effort", "strict"}:
        raise InvalidPayload(f"ordering is {text!r}; it must be best_effort or strict")
    return text


def _per_minute(many: int | None) -> int | None:
    if many is not None and not 1 <= many <= _MOST_PER_MINUTE:
        raise InvalidPayload(f"per_minute is {many}; it must be 1 to {_MOST_PER_MINUTE:,}")
    return many


def _schedule(waits: Waits | None) -> list[float] | None:
    if waits is None:
        return None
    found = [_wait(one) for one in waits]
    if len(found) > _MOST_WAITS:
        raise InvalidPayload(f"there are {len(found)} waits; there may be {_MOST_WAITS}")
    return [one.total_seconds() for one in found]


def _wait(given: timedelta | str) -> timedelta:
    read = given if isinstance(given, timedelta) else _read(given)
    if not _SHORTEST_WAIT <= read <= _LONGEST_WAIT:
        raise InvalidPayload(f"schedule has {given}; each wait must be a second to seven days")
    return read


def _read(text: str) -> timedelta:
    try:
        found = Duration.parse(text)
    except ValueError as wrong:
        raise InvalidPayload(f"schedule: {wrong}") from None
    if found.business_days:
        raise InvalidPayload(f"schedule has {text}; it knows no business days")
    return found.fixed


def _description(text: str) -> str:
    return name_text(text, what="description") if text else ""


def _contact(person: str | None) -> str | None:
    return None if person is None else name_text(person, what="contact")


def _own(headers: Mapping[str, str]) -> dict[str, str]:
    check_headers(headers)
    for name, value in headers.items():
        if name.lower().startswith(_OURS) or not name.replace("-", "").isalnum():
            raise InvalidPayload(f"the header {name} cannot be one of your own")
        if len(value) > _MOST_HEADER:
            raise InvalidPayload(
                f"the value of the header {name} has {len(value)} characters; "
                f"it may have {_MOST_HEADER:,}"
            )
    if len(headers) > _MOST_HEADERS:
        raise InvalidPayload(f"there are {len(headers)} headers; there may be {_MOST_HEADERS}")
    return dict(headers)
