"""Receive webhooks with Flask: `flask --app flask_receiver run`. Copy it, and fill in `take`."""

import os

from flask import Flask, Response, request

from mentorflow.webhooks import Seen, Webhook, WebhookInvalid, verify

SECRETS = os.environ["WEBHOOK_SECRETS"].split()  # two while one takes the other's place
seen = Seen()
app = Flask(__name__)
app.config["MAX_CONTENT_LENGTH"] = 1024 * 1024


@app.post("/webhooks")
def receive() -> Response:
    """Answer 204 once an event is taken, and 400 to what is no webhook."""
    try:
        webhook = verify(request.get_data(), request.headers, SECRETS)
    except WebhookInvalid as refused:
        return Response(str(refused), status=400, mimetype="text/plain")
    with seen.taking(webhook.id) as is_first:
        if is_first:
            take(webhook)
    return Response(status=204)


def take(webhook: Webhook) -> None:
    """Do what is yours to do, in 15 seconds; if it fails, the webhook comes again."""
    print(webhook.type, webhook.id, webhook.data)
