"""Webhooks on the wire: signing them, and the kit of those who receive them.

Light on purpose: a receiver imports neither the engine nor a database. ed25519 alone needs more
than the standard library, and only where a key of it is used.
"""

from mentorflow.errors import SecretInvalid, WebhookInvalid
from mentorflow.webhooks.keys import new_key, new_secret, public_of
from mentorflow.webhooks.seen import Seen
from mentorflow.webhooks.signing import headers_of, sign
from mentorflow.webhooks.verifying import Webhook, verify

__all__ = [
    "SecretInvalid",
    "Seen",
    "Webhook",
    "WebhookInvalid",
    "headers_of",
    "new_key",
    "new_secret",
    "public_of",
    "sign",
    "verify",
]
