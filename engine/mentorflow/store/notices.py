"""The rows of notices, and of the deliveries they are made for."""

from collections.abc import Iterator
from typing import Any

from mentorflow.core.notices import Form, WebhookNotice
from mentorflow.store.rows import Row

EVENT = "event"
"""Why most deliveries are made: something happened."""


def notice_row(notice: WebhookNotice, at: Any) -> Row:
    """Return the row of a notice."""
    return (
        notice.id,
        notice.type,
        notice.mentorship_id,
        notice.sequence,
        notice.position,
        notice.program,
        at,
        notice.bodies[Form.THIN],
    )


def form_rows(notice: WebhookNotice) -> Iterator[Row]:
    """Yield a row for every form of a notice but the thin one."""
    for form, body in notice.bodies.items():
        if form is not Form.THIN:
            yield (notice.id, form.value, body)


def delivery_rows(notice: WebhookNotice, at: Any) -> Iterator[Row]:
    """Yield a row for every endpoint that is to hear of a notice."""
    for endpoint in notice.endpoints:
        place = (notice.mentorship_id, notice.sequence, notice.position)
        yield (endpoint, notice.id, *place, EVENT, at, at)
