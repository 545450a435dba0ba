"""Receive webhooks with Django: copy the view and its line of urls.py, and fill in `take`."""

# mypy: allow-untyped-decorators

import os

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from mentorflow.webhooks import Seen, Webhook, WebhookInvalid, verify

SECRETS = os.environ["WEBHOOK_SECRETS"].split()  # two while one takes the other's place
seen = Seen()


@csrf_exempt  # no browser sends it, and the signature says who did
@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    """Answer 204 once an event is taken, and 400 to what is no webhook."""
    try:
        webhook = verify(request.body, request.headers, SECRETS)
    except WebhookInvalid as refused:
        return HttpResponse(str(refused), status=400, content_type="text/plain")
    with seen.taking(webhook.id) as is_first:
        if is_first:
            take(webhook)
    return HttpResponse(status=204)


def take(webhook: Webhook) -> None:
    """Do what is yours to do, in 15 seconds; if it fails, the webhook comes again."""
    print(webhook.type, webhook.id, webhook.data)


urlpatterns = [path("webhooks", receive)]
