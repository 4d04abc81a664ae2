"""Styles, scripts and fonts come over the line once, and again when they changed."""

import re
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask, request, request_started
from flask.testing import FlaskClient
from playwright.sync_api import Browser

from pmg.web import assets
from tests.cast import Cast, Person

Browse = Callable[[Person], FlaskClient]


def test_every_file_of_a_page_is_kept_for_a_year(browse: Browse, cast: Cast) -> None:
    client = browse(cast.sanne)
    files = re.findall(r'(?:href|src)="(/static/[^"]+)"', client.get("/zaken").text)
    assert len(files) > 5
    for file in files:
        answer = client.get(file)
        kept = answer.cache_control
        assert (answer.status_code, kept.max_age, kept.immutable) == (200, 31_536_000, True), file
        assert kept.public
        assert not kept.no_cache
        assert not kept.no_store
        answer.close()


def test_what_a_style_names_beside_it_is_kept_as_well(app: Flask) -> None:
    client = app.test_client()
    style = client.get(f"{assets.address()}/theme.css").text
    named = re.findall(r'url\("?([^")]+)"?\)', style)
    assert named
    for each in named:
        answer = client.get(f"{assets.address()}/{each}")
        assert (answer.status_code, answer.cache_control.immutable) == (200, True), each
        answer.close()


def test_a_file_that_is_not_there_is_not_kept(app: Flask) -> None:
    answer = app.test_client().get(f"{assets.address()}/weg.css")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store")


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: (folder / "pmg.css").write_text("a{}"),
        lambda folder: (folder / "more.css").write_text("a{}"),
        lambda folder: (folder / "street" / "leave.js").unlink(),
        lambda folder: (folder / "pmg.css").rename(folder / "gmp.css"),
    ],
    ids=["another text", "one more", "one less", "another name"],
)
def test_a_change_gives_another_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Path], object]
) -> None:
    folder = tmp_path / "static"
    shutil.copytree(assets._FOLDER, folder)
    monkeypatch.setattr(assets, "_FOLDER", folder)
    address = assets.address.__wrapped__
    before = address()
    assert before == assets.address()
    change(folder)
    assert address() != before


@pytest.mark.browser
def test_a_browser_asks_for_no_file_twice(
    app: Flask, live: str, browser: Browser, browse: Browse, cast: Cast
) -> None:
    asked: Counter[str] = Counter()

    def note(_app: Flask) -> None:
        asked[request.path] += 1

    cookie = browse(cast.sanne).get_cookie("pmg")
    assert cookie
    with request_started.connected_to(note, app):
        page = browser.new_page(base_url=live)
        page.context.add_cookies([{"name": "pmg", "value": cookie.value, "url": live}])
        for path in ("/zaken", "/vandaag", "/taken", "/zaken"):
            page.goto(path)
    # Whether it shows its icon once more is a browser's own affair.
    files = {p: n for p, n in asked.items() if p.startswith("/static/") and "favicon" not in p}
    assert len(files) > 8
    assert set(files.values()) == {1}
    assert asked["/zaken"] == 2
