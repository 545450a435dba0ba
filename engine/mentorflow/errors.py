"""Every error mentorflow raises, one tree, each with a stable code.

MentorflowError
├── EventRejected          the mentorship refuses the event as things stand
│   ├── EventNotOffered    the state does not offer it
│   ├── GuardRefused       a guard says no, and why
│   ├── StaleRevision      the sender decided on an older revision
│   └── BatchRejected      some events of a batch were refused, so none was taken
├── InvalidPayload         the input itself is wrong, whatever the state
│   ├── UnknownEvent       no such event in the workflow
│   ├── NaiveDatetime      an instant without a time zone
│   ├── TimingRefused      a timing must not be set so: out of bounds, a ladder out of order
│   ├── PayloadTooLarge    more than 64 KiB
│   └── AddressRefused     a URL that nothing is sent to: not https, not on the public internet, …
├── NotFound               no such mentorship, escalation or workflow
├── PopulationMoved        what a plan was made for has changed since: preview again
├── KeyReused              a known key came with another request
├── MigrationRefused       a mentorship cannot move to that version of its workflow
├── VersionTaken           a version of a workflow was published with another content
├── WorkflowInvalid        a workflow document does not hold up
├── SchemaMismatch         the database is newer or older than the code
├── StoreUnavailable       the database refused or could not be reached
├── QueueUnavailable       the queue between a worker's processes could not be reached
├── ChannelUnavailable     a channel could not deliver a message for now
├── ChannelRefused         a channel will never deliver this message to this address
├── Unreachable            none of the channels there are reaches a person
├── WebhookInvalid         what came as a webhook is none, or not what its sender signed
├── SecretInvalid          what webhooks are to be signed or verified with is no secret
├── WornOut                every attempt at an effect ended with the process that made it
├── SecretKeyMissing       there is no key to seal or to open the secrets of endpoints with
├── MissingExtra           an optional part is not installed
└── NotInThisVersion       a part was asked for that is still to come
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar


class MentorflowError(Exception):
    """Be the root of every error mentorflow raises on purpose."""

    code: ClassVar[str] = "error"

    def details(self) -> dict[str, Any]:
        """Return what a machine needs to act on the error."""
        return {}

    def as_dict(self) -> dict[str, Any]:
        """Return the error as one JSON-ready document."""
        return {"code": self.code, "reason": str(self), **self.details()}


class EventRejected(MentorflowError):
    """The mentorship refuses this event as things stand."""

    code: ClassVar[str] = "event_rejected"

    def __init__(self, message: str, *, reason: str, allowed_events: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.reason = reason
        self.allowed_events = tuple(allowed_events)

    def details(self) -> dict[str, Any]:
        return {"why": self.reason, "allowed_events": list(self.allowed_events)}


class EventNotOffered(EventRejected):
    """The state of the mentorship does not offer this event."""

    code: ClassVar[str] = "event_not_offered"


class GuardRefused(EventRejected):
    """A guard of the workflow refuses the event, and says why."""

    code: ClassVar[str] = "guard_refused"

    def __init__(
        self, message: str, *, guard: str, reason: str, allowed_events: Sequence[str] = ()
    ) -> None:
        super().__init__(message, reason=reason, allowed_events=allowed_events)
        self.guard = guard

    def details(self) -> dict[str, Any]:
        return {"guard": self.guard, **super().details()}


class StaleRevision(EventRejected):
    """The sender decided on a revision that is no longer the current one."""

    code: ClassVar[str] = "stale_revision"

    def __init__(self, *, expected: int, current: int) -> None:
        reason = f"the event was meant for revision {expected}, the mentorship is at {current}"
        super().__init__(f"{reason}; read it again and decide anew", reason=reason)
        self.expected = expected
        self.current = current

    def details(self) -> dict[str, Any]:
        return {"expected": self.expected, "current": self.current}


class BatchRejected(EventRejected):
    """Some events of a batch were refused, so none of the batch was taken."""

    code: ClassVar[str] = "batch_rejected"

    def __init__(self, refused: Sequence[Mapping[str, Any]], *, size: int) -> None:
        reason = f"{len(refused)} of {size} events were refused, so none was taken"
        first = refused[0]
        super().__init__(
            f"{reason}; the first, item {first['item']}: {first['reason']}", reason=reason
        )
        self.refused = tuple(dict(row) for row in refused)

    def details(self) -> dict[str, Any]:
        return {"refused": [dict(row) for row in self.refused]}


class InvalidPayload(MentorflowError):
    """The input itself is wrong, whatever the state of the mentorship."""

    code: ClassVar[str] = "invalid_payload"

    def __init__(self, message: str, *, problems: Sequence[Mapping[str, str]] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(dict(problem) for problem in problems)

    def details(self) -> dict[str, Any]:
        return {"problems": [dict(problem) for problem in self.problems]}


class UnknownEvent(InvalidPayload):
    """The workflow has no event of this name."""

    code: ClassVar[str] = "unknown_event"


class NaiveDatetime(InvalidPayload):
    """An instant came without a time zone."""

    code: ClassVar[str] = "naive_datetime"


class TimingRefused(InvalidPayload):
    """A timing must not be set to this value."""

    code: ClassVar[str] = "timing_refused"


class PayloadTooLarge(InvalidPayload):
    """The payload is larger than an event may be."""

    code: ClassVar[str] = "payload_too_large"


class AddressRefused(InvalidPayload):
    """Nothing is sent to this URL: it is not one, or leads where requests must not go."""

    code: ClassVar[str] = "address_refused"

    def __init__(self, address: str, *, wrong: str, right: str) -> None:
        super().__init__(f"nothing is sent to {address!r}: {wrong}; {right}")
        self.address = address
        self.wrong = wrong
        self.right = right
        """What would have been taken."""

    def details(self) -> dict[str, Any]:
        return {"address": self.address, "wrong": self.wrong, "right": self.right}


class NotFound(MentorflowError):
    """There is no such mentorship, escalation or workflow."""

    code: ClassVar[str] = "not_found"


class PopulationMoved(MentorflowError):
    """What a plan was made for has changed since; the plan is to be previewed again."""

    code: ClassVar[str] = "population_moved"


class FreezeRefused(MentorflowError):
    """A program that is frozen cannot be frozen again, nor one resumed that is not."""

    code: ClassVar[str] = "freeze_refused"


class KeyReused(MentorflowError):
    """A key that is known already came with another request."""

    code: ClassVar[str] = "key_reused"

    def __init__(self, key: str, *, first: str) -> None:
        super().__init__(
            f"the key {key!r} came before, with {first}: what is sent again must be the same in "
            "every part, and something new needs a new key"
        )
        self.key = key

    def details(self) -> dict[str, Any]:
        return {"key": self.key}


class MigrationRefused(MentorflowError):
    """A mentorship cannot move to that version of its workflow as things stand."""

    code: ClassVar[str] = "migration_refused"

    def __init__(self, reason: str, *, state: str) -> None:
        super().__init__(reason)
        self.state = state
        """The state, of the version it is at, that has no counterpart."""

    def details(self) -> dict[str, Any]:
        return {"state": self.state}


class VersionTaken(MentorflowError):
    """A version of a workflow is known already, with another content."""

    code: ClassVar[str] = "version_taken"


class WorkflowInvalid(MentorflowError):
    """A workflow document does not hold up; every problem names its place."""

    code: ClassVar[str] = "workflow_invalid"

    def __init__(
        self,
        source: str,
        problems: Sequence[str],
        *,
        findings: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        shown = "\n".join(f"  {problem}" for problem in problems)
        super().__init__(f"{source} has {len(problems)} problem(s):\n{shown}")
        self.source = source
        self.problems = tuple(problems)
        self.findings = tuple(dict(finding) for finding in findings)
        """The problems in their parts, where they were found in a document."""

    def details(self) -> dict[str, Any]:
        return {"source": self.source, "problems": list(self.problems)}


class SchemaMismatch(MentorflowError):
    """The tables of the database are not those this version works with."""

    code: ClassVar[str] = "schema_mismatch"


class StoreUnavailable(MentorflowError):
    """The database refused the work or could not be reached; nothing was written."""

    code: ClassVar[str] = "store_unavailable"


class QueueUnavailable(MentorflowError):
    """The queue between a worker's processes could not be reached; what it holds is hints only."""

    code: ClassVar[str] = "queue_unavailable"


class ChannelUnavailable(MentorflowError):
    """A channel could not deliver a message for now; later it may, or another channel."""

    code: ClassVar[str] = "channel_unavailable"

    def __init__(self, channel: str, reason: str) -> None:
        super().__init__(f"the channel {channel} could not deliver: {reason}")
        self.channel = channel

    def details(self) -> dict[str, Any]:
        return {"channel": self.channel}


class ChannelRefused(MentorflowError):
    """A channel will never deliver this message to this address; another channel may."""

    code: ClassVar[str] = "channel_refused"

    def __init__(self, channel: str, reason: str) -> None:
        super().__init__(f"the channel {channel} refused for good: {reason}")
        self.channel = channel

    def details(self) -> dict[str, Any]:
        return {"channel": self.channel}


class Unreachable(MentorflowError):
    """None of the channels there are reaches a person."""

    code: ClassVar[str] = "unreachable"


class WebhookInvalid(MentorflowError):
    """What came as a webhook is none, or not what its sender signed."""

    code: ClassVar[str] = "webhook_invalid"


class SecretInvalid(MentorflowError):
    """What webhooks are to be signed or verified with is no secret or key of theirs."""

    code: ClassVar[str] = "secret_invalid"


class WornOut(MentorflowError):
    """Every attempt at an effect was lost: it may be what kills its Carriers."""

    code: ClassVar[str] = "worn_out"


class SecretKeyMissing(MentorflowError):
    """There is no key to seal secrets with, or not the one they were sealed with."""

    code: ClassVar[str] = "secret_key_missing"


class MissingExtra(MentorflowError):
    """A part was asked for whose packages are not installed."""

    code: ClassVar[str] = "missing_extra"

    def __init__(self, what: str, *, extra: str) -> None:
        super().__init__(f"{what} needs `pip install 'mentorflow[{extra}]'`")
        self.extra = extra


class NotInThisVersion(MentorflowError):
    """A part was asked for that is still to come."""

    code: ClassVar[str] = "not_in_this_version"
