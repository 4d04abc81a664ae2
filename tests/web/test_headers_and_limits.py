"""What every answer tells the browser, and what a browser cannot send."""

from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import EnvironBuilder, run_wsgi_app

from tests.cast import Cast, Person

Browse = Callable[[Person], FlaskClient]
PAGES = ("/aanmelden", "/zaken", "/bestaat-niet", "/health/live")


@pytest.mark.parametrize("path", PAGES)
def test_no_page_is_kept_and_none_runs_foreign_code(browse: Browse, cast: Cast, path: str) -> None:
    headers = browse(cast.sanne).get(path).headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert (headers["X-Content-Type-Options"], headers["Referrer-Policy"]) == (
        "nosniff",
        "no-referrer",
    )


def test_the_cookie_is_out_of_reach_of_scripts(app: Flask) -> None:
    cookie = app.test_client().get("/aanmelden").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({f"field{n}": "x" for n in range(600)}, 413),
        ({"login": "x" * 600_000}, 413),
        ({"login": "x" * 100_000}, 400),  # may be read; without a token it goes no further
    ],
)
def test_a_form_that_is_too_large_is_refused_with_a_page(
    app: Flask, data: dict[str, str], status: int
) -> None:
    answer = app.test_client().post("/aanmelden", data=data)
    assert answer.status_code == status
    assert "<h1" in answer.text


@pytest.mark.parametrize(("length", "status"), [(600_000, 413), (12_000_000, 413), (100_000, 400)])
def test_a_form_sent_in_pieces_without_its_length_has_the_same_bound(
    app: Flask, length: int, status: int
) -> None:
    pieces = EnvironBuilder(
        method="POST",
        path="/aanmelden",
        input_stream=BytesIO(b"login=" + b"x" * length),
        content_type="application/x-www-form-urlencoded",
    ).get_environ() | {"wsgi.input_terminated": True}
    pieces.pop("CONTENT_LENGTH")
    _body, answer, _headers = run_wsgi_app(app, pieces)
    assert answer.startswith(str(status))


def test_a_form_from_another_site_is_refused(app: Flask) -> None:
    answer = app.test_client().post("/aanmelden", headers={"Origin": "https://elders.example"})
    assert answer.status_code == 400


@pytest.mark.parametrize("site", ["cross-site", "same-site", ""])
def test_a_form_of_unknown_origin_is_refused(app: Flask, site: str) -> None:
    headers = {"Origin": "null", "Sec-Fetch-Site": site}
    assert app.test_client().post("/aanmelden", headers=headers).status_code == 400


def test_a_form_of_ours_is_taken_though_the_browser_hides_its_origin(
    app: Flask, browse: Browse, cast: Cast
) -> None:
    client = browse(cast.sanne)
    page = client.get("/sessies").text
    token = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    headers = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}
    assert client.post("/afmelden", data={"csrf_token": token}, headers=headers).status_code == 302


def test_json_is_not_a_form(app: Flask) -> None:
    assert app.test_client().post("/aanmelden", json={"login": "x"}).status_code == 415


def test_a_form_without_its_token_says_what_to_do(browse: Browse, cast: Cast) -> None:
    answer = browse(cast.sanne).post("/afmelden", data={"x": "y"})
    assert answer.status_code == 400
    assert "<h1" in answer.text


@pytest.mark.parametrize("way", ["//elders.example", "https://elders.example", "/\\elders.example"])
def test_nobody_is_led_to_another_site(browse: Browse, cast: Cast, way: str) -> None:
    client = browse(cast.sanne)
    for path in ("/aanmelden?next=", "/taal?naar=en&terug="):
        assert "elders" not in client.get(path + way).location


def test_an_error_shows_a_number_and_nothing_else(
    app: Flask, browse: Browse, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_it(*_arguments: object) -> None:
        raise RuntimeError("Yassin staat in de fout")

    monkeypatch.setattr("pmg.accounts.queries.open_sessions", break_it)
    answer = browse(cast.sanne).get("/sessies")
    assert answer.status_code == 500
    assert "Yassin" not in answer.text
    assert answer.headers["X-Request-Id"] in answer.text


def test_health_says_whether_the_work_can_be_done(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/health/live").json == {"status": "live"}
    assert client.get("/health/ready").json == {"status": "ready"}


def test_the_page_speaks_the_language_that_was_chosen(app: Flask) -> None:
    client = app.test_client()
    client.get("/taal?naar=en&terug=/aanmelden")
    assert '<html lang="en"' in client.get("/aanmelden").text
