"""Receive webhooks with FastAPI: `uvicorn fastapi_receiver:app`. Copy it, and fill in `take`."""

import os

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool

from mentorflow.webhooks import Seen, Webhook, WebhookInvalid, verify

SECRETS = os.environ["WEBHOOK_SECRETS"].split()  # two while one takes the other's place
seen = Seen()
app = FastAPI()


@app.post("/webhooks")
async def receive(request: Request) -> Response:
    """Answer 204 once an event is taken, and 400 to what is no webhook."""
    body = await request.body()
    try:
        webhook = verify(body, request.headers, SECRETS)
    except WebhookInvalid as refused:
        return Response(str(refused), status_code=400, media_type="text/plain")
    with seen.taking(webhook.id) as is_first:
        if is_first:
            await run_in_threadpool(take, webhook)
    return Response(status_code=204)


def take(webhook: Webhook) -> None:
    """Do what is yours to do, in 15 seconds; if it fails, the webhook comes again."""
    print(webhook.type, webhook.id, webhook.data)
