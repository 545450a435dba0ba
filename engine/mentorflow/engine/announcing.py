"""Notices that come from no decision: a test, and what other endpoints should know of one."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from mentorflow.core.notices import (
    SCHEMA_VERSION,
    Form,
    Subscription,
    WebhookNotice,
    formed,
    instant_text,
)
from mentorflow.store import notices as rows
from mentorflow.store.transaction import Transaction
from mentorflow.store.webhooks import changed_subscriptions

NOWHERE = "00000000-0000-0000-0000-000000000000"
"""The mentorship of what is about none."""


def announce(
    transaction: Transaction,
    type_: str,
    data: Mapping[str, Any],
    *,
    to: Sequence[str] | None = None,
    but: str | None = None,
    is_test: bool = False,
) -> str:
    """Put a notice up for endpoints: for those named, or for all that want it but one.

    Returns its id. Where nobody is to hear of it, nothing is written.
    """
    now = transaction.now()
    known = changed_subscriptions(transaction, after=-1)
    wanting = [
        one
        for id_, one in known.items()
        if one is not None and _is_to_hear(one, id_, type_, to=to, but=but)
    ]
    id_ = f"evt_{secrets.token_hex(16)}"
    body = {
        "type": type_,
        "timestamp": instant_text(now),
        "id": id_,
        "schema_version": SCHEMA_VERSION,
        **({"test": True} if is_test else {}),
        "data": dict(data),
    }
    if wanting or to:
        notice = WebhookNotice(
            id=id_,
            type=type_,
            mentorship_id=NOWHERE,
            sequence=0,
            position=0,
            program="",
            at=now,
            bodies={form: formed(body, form, None) for form in Form},
            endpoints=tuple(to) if to is not None else tuple(one.endpoint for one in wanting),
        )
        at = transaction.instant(now)
        transaction.write("insert_notice", [rows.notice_row(notice, at)])
        transaction.write("insert_notice_form", list(rows.form_rows(notice)))
        transaction.write("insert_delivery", list(rows.delivery_rows(notice, at)))
    return id_


def _is_to_hear(
    one: Subscription, id_: str, type_: str, *, to: Sequence[str] | None, but: str | None
) -> bool:
    if to is not None:
        return id_ in to
    if not one.is_sent_to:
        return False
    # What is about no program is for those who hear of all.
    return id_ != but and not one.programs and one.takes(type_, "")
