"""Sanne where there is no network: she writes, the tab dies, the network is back, all is sent once.

The network is cut twice over: the browser is told so, and the server is really gone.
"""

import threading
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pyotp
import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, Playwright, expect
from sqlalchemy import Engine, text
from werkzeug.serving import BaseWSGIServer, make_server

from pmg.street.services import switch
from tests import acting, build
from tests.cast import PASSWORD, Cast, Person
from tests.conftest import FLAGS, AtWork
from tests.journeys.barriers import without_barriers
from tests.journeys.test_referral import DESK, PHONE

pytestmark = pytest.mark.browser
GIVEN, FAMILY, OTHER_GIVEN = "Quirijnplant", "van den Zwaluwplant", "Noorplant"
SAID, OTHER_SAID = "Geplante zin over de stage.", "Geplante zin over thuis."
# All that the browser keeps of this address, in one text.
DUMP = """async () => {
  const found = [localStorage, sessionStorage].map((one) => JSON.stringify(Object.entries(one)));
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      found.push(request.url, await (await cache.match(request)).text());
    }
  }
  const text = (value) => {
    if (value instanceof CryptoKey) {
      return "key, to be taken out: " + value.extractable;
    }
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
      return new TextDecoder().decode(value);
    }
    if (value && typeof value === "object") {
      return Object.entries(value).map(([name, each]) => name + "=" + text(each)).join(";");
    }
    return String(value);
  };
  for (const { name } of await indexedDB.databases()) {
    const base = await new Promise((resolve) => {
      const asked = indexedDB.open(name);
      asked.onsuccess = () => resolve(asked.result);
    });
    for (const store of base.objectStoreNames) {
      const rows = await new Promise((resolve) => {
        const asked = base.transaction(store).objectStore(store).getAll();
        asked.onsuccess = () => resolve(asked.result);
      });
      found.push(store + ": " + rows.length, ...rows.map(text));
    }
    base.close();
  }
  return found.join("\\n");
}"""
PLANTED = ("uirijnplant", "waluwplant", "oorplant", "eplante zin")
READABLE = (*PLANTED, "over de stage", "over thuis")
NOTHING = ("kept: 0", "queue: 0")


class Network:
    """A server that can be gone and come back at the same address."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._server: BaseWSGIServer | None = None
        self._port = 0
        self.restore()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def restore(self, context: BrowserContext | None = None) -> None:
        self._server = make_server("127.0.0.1", self._port, self._app, threaded=True)
        self._port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        if context is not None:
            context.set_offline(False)

    def cut(self, context: BrowserContext | None = None) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None
        if context is not None:
            context.set_offline(True)


@pytest.fixture(scope="module")
def opened(playwright: Playwright, chromium: Path) -> Iterator[Browser]:
    """Return the whole browser: what it does without a network is what these tests ask."""
    started = playwright.chromium.launch(executable_path=str(chromium), args=FLAGS)
    yield started
    started.close()


@pytest.fixture
def network(app: Flask) -> Iterator[Network]:
    present = Network(app)
    yield present
    present.cut()


@pytest.fixture
def cases(cast: Cast, at_work: AtWork) -> list[UUID]:
    """Two youths of Sanne's, in a municipality that lets names stand on devices."""
    with at_work(cast.ad):
        switch(is_on=True)
    return [
        build.a_case(cast, at_work, given_name=GIVEN, family_name=FAMILY),
        build.a_case(cast, at_work, given_name=OTHER_GIVEN, birth_date=date(2009, 5, 5)),
    ]


@pytest.fixture
def phone(browser: Any, browse: Any, network: Network) -> Iterator[Callable[..., BrowserContext]]:
    """Return a browser in which somebody is signed in."""
    opened: list[BrowserContext] = []

    def of(person: Person, **options: Any) -> BrowserContext:
        context = browser.new_context(
            **{"viewport": PHONE, "base_url": network.url, "locale": "nl-NL", **options}
        )
        opened.append(context)
        sign_in(context, browse, network, person)
        return context

    yield of
    for context in opened:
        context.close()


def sign_in(context: BrowserContext, browse: Any, network: Network, person: Person) -> None:
    cookie = browse(person).get_cookie("pmg")
    context.add_cookies([{"name": "pmg", "value": cookie.value, "url": network.url}])


def wait_for_the_shell(page: Page) -> None:
    """The page that works without a network is kept once its worker was installed."""
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    assert page.evaluate("caches.keys().then((names) => names.length)") > 0


def take_along(page: Page, *names: str) -> None:
    page.goto("/op-straat")
    for name in names or (GIVEN, OTHER_GIVEN):
        page.get_by_role("checkbox", name=name).check()
    page.get_by_role("button", name="Meenemen op dit toestel").click()
    expect(page.get_by_text("U kunt nu zonder netwerk schrijven.")).to_be_visible()
    wait_for_the_shell(page)


def write(page: Page, name: str, words: str, kind: str = "Telefoon") -> None:
    page.get_by_role("radio", name=name).check()
    page.get_by_role("radio", name=kind).check()
    page.get_by_label("Wat is er gebeurd?").fill(words)
    page.get_by_role("button", name="Bewaren").click()
    expect(page.get_by_label("Wat is er gebeurd?")).to_have_value("")


def waiting(page: Page) -> Any:
    return page.locator("[data-street-waiting] > li")


def kept(page: Page) -> str:
    found: str = page.evaluate(DUMP)
    return found


def said_on(browse: Any, person: Person, case_id: UUID, words: str) -> int:
    page: str = browse(person).get(f"/zaken/{case_id}/contact").text
    return page.count(words)


def test_two_notes_survive_a_killed_tab_and_are_sent_once_each(
    cast: Cast, browse: Any, network: Network, phone: Any, cases: list[UUID]
) -> None:
    context = phone(cast.sanne)
    page = context.new_page()
    take_along(page)
    network.cut(context)
    write(page, GIVEN, SAID)
    expect(page.get_by_text("Geen netwerk. Schrijf gerust door")).to_be_visible()
    page.close()

    page = context.new_page()
    page.goto("/op-straat")
    expect(waiting(page)).to_have_count(1)
    expect(waiting(page)).to_contain_text(f"{GIVEN} Z., Telefoon")
    write(page, OTHER_GIVEN, OTHER_SAID, "Gesprek")
    expect(waiting(page)).to_have_count(2)
    page.reload()
    expect(waiting(page)).to_have_count(2)
    found = kept(page)
    assert "key, to be taken out: false" in found
    assert [word for word in READABLE if word in found] == []

    network.restore(context)
    expect(page.get_by_text("Verstuurd: 2 notities staan in de dossiers.")).to_be_visible()
    expect(waiting(page)).to_have_count(0)
    assert said_on(browse, cast.sanne, cases[0], SAID) == 1
    assert said_on(browse, cast.sanne, cases[1], OTHER_SAID) == 1
    assert "(tijd van het toestel)" in browse(cast.sanne).get(f"/zaken/{cases[0]}/contact").text
    page.reload()
    assert said_on(browse, cast.sanne, cases[0], SAID) == 1


def test_a_note_whose_answer_got_lost_is_sent_again_and_stands_there_once(
    cast: Cast, browse: Any, network: Network, phone: Any, cases: list[UUID]
) -> None:
    context = phone(cast.sanne)
    page = context.new_page()
    take_along(page)

    def lose(route: Any) -> None:
        route.fetch()  # it arrives, and is taken
        route.abort()  # and the phone never hears of it

    page.route("**/op-straat/versturen", lose)
    write(page, GIVEN, SAID)
    expect(page.get_by_text("Geen netwerk. Schrijf gerust door")).to_be_visible()
    expect(waiting(page)).to_have_count(1)
    assert said_on(browse, cast.sanne, cases[0], SAID) == 1
    page.unroute("**/op-straat/versturen")
    page.get_by_role("button", name="Nu versturen").click()
    expect(page.get_by_text("Verstuurd: 1 notitie staat in het dossier.")).to_be_visible()
    expect(waiting(page)).to_have_count(0)
    assert said_on(browse, cast.sanne, cases[0], SAID) == 1


def test_nothing_but_files_of_ours_and_a_page_without_data_is_kept(
    cast: Cast, network: Network, phone: Any, cases: list[UUID]
) -> None:
    context = phone(cast.sanne)
    page = context.new_page()
    take_along(page)
    for path in ("/vandaag", "/zaken", f"/zaken/{cases[0]}", "/op-straat"):
        page.goto(path)
    addresses = page.evaluate(
        "async () => { const found = []; for (const name of await caches.keys()) { found.push("
        "...(await (await caches.open(name)).keys()).map((one) => new URL(one.url).pathname)); }"
        " return found; }"
    )
    assert "/op-straat/zonder-netwerk" in addresses
    others = [one for one in addresses if not one.startswith("/static/")]
    assert others == ["/op-straat/zonder-netwerk"]
    network.cut(context)
    page.goto("/op-straat")
    expect(page.get_by_role("heading", name="Contact opschrijven")).to_be_visible()
    with pytest.raises(Exception, match=r"ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_REFUSED"):
        page.goto("/zaken")


def test_a_session_that_idled_out_loses_nothing(
    cast: Cast, browse: Any, network: Network, phone: Any, cases: list[UUID], superuser: Engine
) -> None:
    context = phone(cast.sanne)
    page = context.new_page()
    take_along(page)
    network.cut(context)
    write(page, GIVEN, SAID)
    with superuser.begin() as connection:
        connection.execute(text("UPDATE user_session SET idle_until = now()"))
    network.restore(context)
    expect(page.get_by_role("link", name="Log in om uw notities te versturen")).to_be_visible()
    page.goto("/op-straat")
    page.get_by_label("E-mailadres").fill(cast.sanne.login)
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_label("Code uit uw app").fill(pyotp.TOTP(cast.sanne.secret).now())
    page.get_by_role("button", name="Inloggen").click()
    expect(page.get_by_text("Verstuurd: 1 notitie staat in het dossier.")).to_be_visible()
    assert said_on(browse, cast.sanne, cases[0], SAID) == 1


def test_a_session_that_was_revoked_wipes_the_device_as_soon_as_it_is_reached(
    cast: Cast, network: Network, phone: Any, cases: list[UUID], superuser: Engine
) -> None:
    context = phone(cast.sanne)
    page = context.new_page()
    take_along(page)
    network.cut(context)
    write(page, GIVEN, SAID)
    with superuser.begin() as connection:
        connection.execute(text("UPDATE user_session SET ended_at = now()"))
        assert connection.execute(text("SELECT count(*) FROM street_key")).scalar_one() == 0
    network.restore(context)
    expect(page.get_by_text("De sleutel van dit toestel is weg.")).to_be_visible()
    expect(page.get_by_text("Er staat geen lijst op dit toestel")).to_be_visible()
    expect(page.get_by_role("radio", name=GIVEN)).to_have_count(0)
    assert all(count in kept(page) for count in NOTHING)
    network.cut(context)
    page.close()
    page = context.new_page()
    page.goto("/op-straat")
    expect(page.get_by_text("Er staat geen lijst op dit toestel")).to_be_visible()
    expect(page.get_by_text(GIVEN)).to_have_count(0)


def test_a_page_that_is_left_open_wipes_itself_and_keeps_no_session_alive(
    cast: Cast, network: Network, phone: Any, cases: list[UUID], superuser: Engine
) -> None:
    page = phone(cast.sanne).new_page()
    page.clock.install()
    take_along(page)
    with superuser.begin() as connection:
        connection.execute(text("UPDATE user_session SET seen_at = now() - interval '5 minutes'"))
    with page.expect_response("**/op-straat/stand"):
        page.clock.run_for(61_000)
    with superuser.connect() as connection:
        seen = "SELECT count(*) FROM user_session WHERE seen_at > now() - interval '4 minutes'"
        assert connection.execute(text(seen)).scalar_one() == 0
    with superuser.begin() as connection:
        connection.execute(text("UPDATE user_session SET ended_at = now()"))
    page.clock.run_for(61_000)
    expect(page.get_by_text("De sleutel van dit toestel is weg.")).to_be_visible()
    assert all(count in kept(page) for count in NOTHING)


def test_the_list_is_wiped_by_hand_also_without_a_network(
    cast: Cast, network: Network, phone: Any, cases: list[UUID]
) -> None:
    context = phone(cast.sanne)
    page = context.new_page()
    take_along(page)
    network.cut(context)
    page.goto("/op-straat")
    page.once("dialog", Dialog.accept)
    page.get_by_role("button", name="Lijst nu wissen").click()
    expect(page.get_by_text("Er staat niets meer op dit toestel.")).to_be_visible()
    assert all(count in kept(page) for count in NOTHING)


def test_a_phone_can_install_it(cast: Cast, phone: Any, cases: list[UUID]) -> None:
    context = phone(cast.sanne)
    page = context.new_page()
    take_along(page)
    tools = context.new_cdp_session(page)
    manifest = tools.send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert manifest["url"].endswith("/op-straat/app.webmanifest")
    found = tools.send("Page.getInstallabilityErrors")["installabilityErrors"]
    # The window of a test is a private one, which installs nothing.
    assert {each["errorId"] for each in found} <= {"in-incognito"}


def test_signing_out_warns_of_what_was_not_sent_and_then_leaves_nothing(
    cast: Cast, browse: Any, network: Network, phone: Any, cases: list[UUID], superuser: Engine
) -> None:
    context = phone(cast.sanne, bypass_csp=True)
    page = context.new_page()
    take_along(page)
    page.route("**/op-straat/versturen", lambda route: route.abort())
    write(page, GIVEN, SAID)
    page.goto("/vandaag")
    page.get_by_role("button", name="Uitloggen").click()
    expect(page.get_by_role("heading", name="Er is nog niet alles verstuurd")).to_be_visible()
    assert without_barriers(page) == []
    page.get_by_role("button", name="Ingelogd blijven").click()
    page.get_by_role("button", name="Uitloggen").click()
    page.get_by_role("button", name="Toch uitloggen").click()
    page.wait_for_url("**/aanmelden")
    found = kept(page)
    assert all(count in found for count in NOTHING)
    assert "zonder-netwerk" not in found
    with superuser.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM street_key")).scalar_one() == 0
    assert said_on(browse, cast.sanne, cases[0], SAID) == 0


def test_signing_out_with_nothing_waiting_asks_nothing(
    cast: Cast, phone: Any, cases: list[UUID]
) -> None:
    page = phone(cast.sanne).new_page()
    take_along(page)
    page.get_by_role("button", name="Uitloggen").click()
    page.wait_for_url("**/aanmelden")
    assert all(count in kept(page) for count in NOTHING)


@pytest.mark.parametrize("hours", [12, -1])
def test_after_twelve_hours_or_with_the_clock_set_back_nothing_is_left(
    cast: Cast, network: Network, phone: Any, cases: list[UUID], hours: int
) -> None:
    context = phone(cast.sanne)
    page = context.new_page()
    take_along(page)
    network.cut(context)
    write(page, GIVEN, SAID)
    now = page.evaluate("Date.now()")
    page.close()
    page = context.new_page()
    page.clock.set_fixed_time(now / 1000 + hours * 3600)
    page.goto("/op-straat")
    expect(page.get_by_text("Er staat geen lijst op dit toestel")).to_be_visible()
    expect(page.get_by_text(GIVEN)).to_have_count(0)
    expect(waiting(page)).to_have_count(0)
    assert all(count in kept(page) for count in NOTHING)


def test_when_the_municipality_switches_it_off_the_list_goes_and_the_text_comes_back(
    cast: Cast, at_work: AtWork, network: Network, phone: Any, cases: list[UUID]
) -> None:
    context = phone(cast.sanne)
    page = context.new_page()
    take_along(page)
    network.cut(context)
    write(page, GIVEN, SAID)
    with at_work(cast.ad):
        switch(is_on=False)
    network.restore(context)
    expect(page.get_by_role("heading", name="Niet vastgelegd")).to_be_visible()
    expect(page.get_by_label("Uw tekst")).to_have_value(SAID)
    expect(page.get_by_role("link", name="Naar het gewone formulier")).to_have_attribute(
        "href", f"/zaken/{cases[0]}/contact/nieuw?soort=telefoon"
    )
    found = kept(page)
    assert "kept: 0" in found
    assert [word for word in READABLE if word in found] == []
    page.once("dialog", Dialog.accept)
    page.get_by_role("button", name="Weggooien").click()
    expect(page.get_by_text("De notitie is weggegooid.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Uw gemeente heeft Op straat niet aangezet.")).to_be_visible()
    assert all(count in kept(page) for count in NOTHING)


def test_who_left_the_case_meanwhile_sees_his_own_text_and_what_to_do(
    cast: Cast, at_work: AtWork, network: Network, phone: Any, cases: list[UUID]
) -> None:
    context = phone(cast.sanne)
    page = context.new_page()
    take_along(page)
    network.cut(context)
    write(page, GIVEN, SAID)
    write(page, OTHER_GIVEN, OTHER_SAID)
    acting.leave(cast, at_work, cases[0], staying=cast.bas)
    network.restore(context)
    expect(page.get_by_text("U hebt geen toegang (meer) tot deze zaak.")).to_be_visible()
    expect(page.get_by_label("Uw tekst")).to_have_value(SAID)
    expect(page.get_by_role("link", name="Naar het gewone formulier")).to_be_hidden()
    expect(page.get_by_text("Verstuurd: 1 notitie staat in het dossier.")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Uw tekst")).to_have_value(SAID)


def test_a_text_that_was_refused_is_changed_and_sent(
    cast: Cast, browse: Any, network: Network, phone: Any, cases: list[UUID]
) -> None:
    context = phone(cast.sanne)
    page = context.new_page()
    take_along(page)
    network.cut(context)
    write(page, GIVEN, "Met een teken\u0001 erin.")
    network.restore(context)
    expect(page.get_by_text("Er staat een teken in dat niet bewaard kan worden.")).to_be_visible()
    page.get_by_label("Uw tekst").fill(SAID)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.wait_for_load_state("networkidle")
    expect(page.get_by_label("Uw tekst")).to_have_value(SAID)
    expect(page.get_by_label("Uw tekst")).to_be_focused()
    page.get_by_role("button", name="Opnieuw versturen").click()
    expect(page.get_by_text("Verstuurd: 1 notitie staat in het dossier.")).to_be_visible()
    assert said_on(browse, cast.sanne, cases[0], SAID) == 1


def test_a_second_note_of_the_same_minute_is_asked_about(
    cast: Cast, browse: Any, network: Network, phone: Any, cases: list[UUID]
) -> None:
    context = phone(cast.sanne)
    page = context.new_page()
    page.clock.set_fixed_time(page.evaluate("Date.now()") / 1000)
    take_along(page)
    network.cut(context)
    write(page, GIVEN, SAID)
    write(page, GIVEN, OTHER_SAID)
    network.restore(context)
    expect(page.get_by_text("U legde op deze minuut al zo’n contact vast")).to_be_visible()
    page.get_by_role("button", name="Ja, ook dit vastleggen").click()
    expect(page.get_by_role("heading", name="Niet vastgelegd")).to_be_hidden()
    for waits in ("back", "waiting"):
        expect(page.locator(f"[data-street-{waits}] > *")).to_have_count(0)
    for words in (SAID, OTHER_SAID):
        assert said_on(browse, cast.sanne, cases[0], words) == 1


def test_a_colleague_on_the_same_device_sees_nothing_and_sends_nothing(
    cast: Cast, browse: Any, network: Network, phone: Any, cases: list[UUID], superuser: Engine
) -> None:
    context = phone(cast.sanne)
    page = context.new_page()
    take_along(page)
    network.cut(context)
    write(page, GIVEN, SAID)
    with superuser.begin() as connection:
        connection.execute(text("UPDATE user_session SET idle_until = now()"))
    page.close()
    network.restore(context)
    sign_in(context, browse, network, cast.jaap)
    page = context.new_page()
    page.goto("/op-straat")
    expect(page.get_by_text("Op dit toestel werkte een collega.")).to_be_visible()
    expect(page.get_by_text(GIVEN)).to_have_count(0)
    expect(page.get_by_text(SAID)).to_have_count(0)
    expect(waiting(page)).to_have_count(1)
    expect(waiting(page)).to_contain_text("Een notitie die dit toestel niet meer kan lezen")
    assert "kept: 0" in kept(page)
    page.get_by_role("button", name="Nu versturen").click()
    with superuser.connect() as connection:
        written = connection.execute(text("SELECT count(*) FROM journal_entry")).scalar_one()
    assert written == 0
    sign_in(context, browse, network, cast.sanne)
    page.reload()
    expect(page.get_by_text("Verstuurd: 1 notitie staat in het dossier.")).to_be_visible()
    assert said_on(browse, cast.sanne, cases[0], SAID) == 1


def test_what_is_missing_is_told_before_anything_is_kept(
    cast: Cast, network: Network, phone: Any, cases: list[UUID]
) -> None:
    context = phone(cast.sanne)
    page = context.new_page()
    take_along(page)
    network.cut(context)
    page.get_by_role("button", name="Bewaren").click()
    problems = page.locator("[data-street-problems]")
    expect(problems).to_be_focused()
    expect(problems.get_by_role("listitem")).to_have_count(3)
    page.get_by_role("radio", name=GIVEN).check()
    page.get_by_role("radio", name="Gesprek").check()
    page.get_by_label("Wat is er gebeurd?").fill("x" * 2001)
    page.get_by_role("button", name="Bewaren").click()
    expect(problems).to_contain_text("hoogstens 2000 tekens. Het zijn er nu 2001.")
    expect(page.get_by_label("Wat is er gebeurd?")).to_have_value("x" * 2001)
    expect(waiting(page)).to_have_count(0)


@pytest.mark.parametrize(("locale", "size"), [("nl", PHONE), ("nl", DESK), ("en", PHONE)])
def test_the_page_is_accessible_with_and_without_a_network(
    cast: Cast, network: Network, phone: Any, cases: list[UUID], locale: str, size: Any
) -> None:
    context = phone(cast.sanne, viewport=size, bypass_csp=True)
    page = context.new_page()
    page.goto(f"/taal?naar={locale}&terug=/op-straat")
    assert without_barriers(page) == []
    for box in page.locator("[data-street-take] input[type=checkbox]").all():
        box.check()
    page.locator("[data-street-take] button").click()
    page.locator("[data-street-write]").wait_for()
    wait_for_the_shell(page)
    assert without_barriers(page) == []
    network.cut(context)
    page.goto("/op-straat")
    assert page.locator("html").get_attribute("lang") == locale
    page.get_by_role("radio", name=GIVEN).check()
    page.locator('[name="kind"]').first.check()
    page.locator("textarea").first.fill(SAID)
    page.locator("[data-street-form] [type=submit]").click()
    expect(waiting(page)).to_have_count(1)
    page.locator("[data-street-offline]").wait_for()
    assert without_barriers(page) == []


def test_on_the_narrowest_phone_nothing_runs_off_the_screen(
    cast: Cast, network: Network, phone: Any, cases: list[UUID]
) -> None:
    context = phone(cast.sanne, viewport={"width": 320, "height": 640})
    page = context.new_page()
    take_along(page)
    network.cut(context)
    write(page, GIVEN, SAID)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_no_file_of_the_browser_holds_a_name_or_a_word(
    cast: Cast,
    browse: Any,
    browser: Browser,
    network: Network,
    cases: list[UUID],
    chromium: Path,
    tmp_path: Path,
) -> None:
    """A thief of the phone's storage reads the profile of the browser, not its interfaces."""
    context = browser.browser_type.launch_persistent_context(
        tmp_path, executable_path=str(chromium), args=FLAGS, base_url=network.url, locale="nl-NL"
    )
    sign_in(context, browse, network, cast.sanne)
    page = context.new_page()
    take_along(page)
    network.cut(context)
    page.goto("/op-straat")
    write(page, GIVEN, SAID)
    page.get_by_label("Wat is er gebeurd?").fill(OTHER_SAID)
    context.close()
    planted = [form for word in PLANTED for form in (word.encode(), word.encode("utf-16-le"))]
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert any("IndexedDB" in str(file) for file in files)
    found = {file.name for file in files for form in planted if form in file.read_bytes()}
    assert found == set()
