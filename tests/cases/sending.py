"""How a test sends a form as a browser does: what the page holds goes along."""

from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


class Hidden(HTMLParser):
    """Reads the hidden fields of the last form of a page that carries any."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "input" and given.get("type") == "hidden":
            self.fields[given.get("name") or ""] = given.get("value") or ""


def hidden(page: TestResponse) -> dict[str, str]:
    """Every hidden field of the page."""
    reader = Hidden()
    reader.feed(page.text)
    return reader.fields


def send(client: FlaskClient, path: str, answers: dict[str, Any], **options: Any) -> TestResponse:
    """Open the page, fill in the answers, and send it."""
    page = client.get(path, follow_redirects=True)
    assert page.status_code == 200, page.status_code
    return client.post(path, data=hidden(page) | answers, **options)
