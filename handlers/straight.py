"""Clients of Slack that go where they are sent and nowhere else: a redirect is an answer, no order.

urllib follows redirects by itself, and takes the token along to wherever they lead.
"""

from __future__ import annotations

from http.client import HTTPResponse
from typing import Any, Final
from urllib.request import HTTPRedirectHandler, HTTPSHandler, OpenerDirector, Request, build_opener

from slack_sdk import WebClient
from slack_sdk.errors import SlackRequestError
from slack_sdk.webhook import WebhookClient, WebhookResponse

_WAYS: Final = ("https://", "http://")


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> Request | None:
        return None  # then the redirect itself is what was answered


def _opened(request: Request, seconds: float, tls: Any) -> HTTPResponse:
    if not request.full_url.startswith(_WAYS):
        raise SlackRequestError("an address that is not on the web")
    opener: OpenerDirector = build_opener(HTTPSHandler(context=tls), _NoRedirects)
    answer: HTTPResponse = opener.open(request, timeout=seconds)
    return answer


class StraightClient(WebClient):
    """The Web API, without redirects."""

    def _perform_urllib_http_request_internal(self, url: str, req: Request) -> dict[str, Any]:
        del url  # it stands in the request
        with _opened(req, self.timeout, self.ssl) as answer:
            charset = answer.headers.get_content_charset() or "utf-8"
            body = answer.read().decode(charset)
            return {"status": answer.status, "headers": answer.headers, "body": body}


class StraightWebhook(WebhookClient):
    """A response address, without redirects."""

    def _perform_http_request_internal(self, url: str, req: Request) -> WebhookResponse:
        with _opened(req, self.timeout, self.ssl) as answer:
            charset = answer.headers.get_content_charset() or "utf-8"
            body = answer.read().decode(charset)
            return WebhookResponse(
                url=url, status_code=answer.status, body=body, headers=dict(answer.headers)
            )
