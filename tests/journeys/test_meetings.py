"""A case meeting: prepared by hand, run by Fatma, and followed on eight screens."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine, text

from pmg.meetings import running
from tests import acting, build
from tests.cast import Cast, Person
from tests.conftest import AtWork, open_session
from tests.journeys.test_report import DESK, page, sign_in
from tests.journeys.test_tasks import PHONE, fits
from tests.meetings.conftest import (
    Prepared,
    an_item,
    open_it,
    prepared,
    the_item,
    the_meeting,
)

__all__ = ["page", "prepared"]

pytestmark = pytest.mark.browser

ELSEWHERE = "Even geduld, een andere zaak wordt besproken."


def seen(page: Page, name: str) -> None:
    """Look for barriers on a phone and at a desk, and keep a picture where somebody asked."""
    fits(page)
    if folder := os.environ.get("PMG_SHOTS"):
        for size, width in ((PHONE, "phone"), (DESK, "desk")):
            page.set_viewport_size(size)
            page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)
        page.set_viewport_size(PHONE)


def beside(page: Page, live: str) -> Page:
    """Return the screen of somebody else."""
    browser = page.context.browser
    assert browser is not None
    context = browser.new_context(base_url=live, viewport=PHONE, bypass_csp=True, locale="nl")
    return context.new_page()


def test_propose_prepare_contribute_decide_and_confirm(
    page: Page, live: str, cast: Cast, at_work: AtWork
) -> None:
    case_id = build.a_case(cast, at_work)
    acting.join(cast, at_work, case_id, cast.karim)
    fatma = page
    sign_in(fatma, cast.fatma)
    fatma.wait_for_url("**/vandaag")
    fatma.goto("/overleg/reeks")
    fatma.get_by_role("button", name="Reeks maken").click()
    expect(fatma.get_by_role("link", name="Vul in hoe het overleg heet.")).to_be_visible()
    seen(fatma, "series")
    fatma.get_by_label("Hoe heet het overleg?").fill("Casusoverleg Zuid")
    fatma.get_by_label("Elke week").check()
    fatma.get_by_label("Op welke dag van de week?").select_option(str(build.TODAY.isoweekday()))
    fatma.get_by_label("Wanneer is de eerste keer?").fill(f"{build.TODAY:%d-%m-%Y}")
    fatma.get_by_label("Waar?").fill("Stadhuis")
    fatma.get_by_label("Hoe laat?").fill("10.00")
    fatma.get_by_role("button", name="Reeks maken").click()
    expect(fatma.get_by_text("De eerste acht keer staan in de agenda.")).to_be_visible()
    seen(fatma, "listing")
    sanne = _sanne_proposes(beside(page, live), cast, case_id)
    _fatma_places(fatma)
    _sanne_prepares(sanne)
    karim = _karim_contributes(beside(page, live), cast)
    _decides_and_confirms(fatma, karim)


def _sanne_proposes(sanne: Page, cast: Cast, case_id: UUID) -> Page:
    sign_in(sanne, cast.sanne)
    sanne.wait_for_url("**/vandaag")
    sanne.goto(f"/zaken/{case_id}")
    sanne.get_by_role("link", name="Onderwerp voorstellen").click()
    expect(sanne.get_by_role("heading", name="Onderwerp voorstellen")).to_be_visible()
    seen(sanne, "propose")
    sanne.get_by_label("Wat is de vraag aan het overleg?").fill("Wie helpt hem naar school?")
    sanne.get_by_label("POLITIE: Karim").check()
    sanne.get_by_role("button", name="Voorstellen").click()
    expect(sanne.get_by_text("Het onderwerp is voorgesteld.")).to_be_visible()
    return sanne


def _fatma_places(fatma: Page) -> None:
    fatma.goto("/overleg")
    fatma.get_by_role("main").get_by_role("listitem").get_by_role("link").first.click()
    expect(fatma.get_by_role("link", name="Agenderen")).to_be_visible()
    seen(fatma, "prepare")
    fatma.get_by_role("link", name="Agenderen").click()
    expect(fatma.get_by_role("button", name="Op de agenda zetten")).to_be_visible()
    seen(fatma, "place")
    fatma.get_by_role("button", name="Op de agenda zetten").click()
    fatma.get_by_label("Wat vraagt u aan POLITIE?").fill("Kent u hem van de straat?")
    seen(fatma, "ask")
    fatma.get_by_role("button", name="Opslaan").click()
    expect(fatma.get_by_text("De vragen staan erbij.")).to_be_visible()
    seen(fatma, "item")


def _sanne_prepares(sanne: Page) -> None:
    sanne.goto("/berichten")
    sanne.get_by_role("link", name="U bent uitgenodigd bij een onderwerp").first.click()
    sanne.get_by_role("link", name="Drie zinnen schrijven").click()
    expect(sanne.get_by_role("heading", name="Drie zinnen voor het overleg")).to_be_visible()
    seen(sanne, "introduce")
    sanne.get_by_label("Hoe gaat het nu?").fill("Hij slaapt slecht en komt te laat.")
    sanne.get_by_label("Wat is er geprobeerd?").fill("Twee gesprekken met zijn mentor.")
    sanne.get_by_label("Wat wil de jongere, en wat wilt u?").fill("Hij wil een andere klas.")
    sanne.get_by_role("button", name="Opslaan en bekijken").click()
    sanne.get_by_role("link", name="POLITIE").click()
    expect(sanne.get_by_role("heading", name="Zo ziet POLITIE het")).to_be_visible()
    seen(sanne, "preview")
    sanne.context.close()


def _karim_contributes(karim: Page, cast: Cast) -> Page:
    sign_in(karim, cast.karim)
    karim.wait_for_url("**/vandaag")
    karim.goto("/overleg")
    karim.get_by_role("main").get_by_role("listitem").get_by_role("link").first.click()
    karim.get_by_role("main").get_by_role("link", name="1. Yassin").click()
    karim.get_by_role("link", name="Niets delen, met een reden").click()
    expect(karim.get_by_role("heading", name="Niets delen")).to_be_visible()
    seen(karim, "refuse")
    karim.go_back()
    karim.get_by_role("link", name="Iets inbrengen").click()
    karim.get_by_role("button", name="Inbrengen").click()
    expect(karim.get_by_role("link", name="Kies wie dit mag lezen.")).to_be_visible()
    seen(karim, "contribute")
    karim.get_by_label("Wat brengt uw organisatie in?").fill(
        "Hij is in de avond vaak op het plein."
    )
    karim.get_by_label("Wie nu bij dit onderwerp is uitgenodigd").check()
    karim.get_by_label("Op welke grond deelt u dit?").select_option("OPENBARE-ORDE")
    karim.get_by_label("Dit is nodig voor deze vraag.").check()
    karim.get_by_role("button", name="Inbrengen").click()
    expect(karim.get_by_text("Uw bijdrage staat erbij.")).to_be_visible()
    return karim


def _decides_and_confirms(fatma: Page, karim: Page) -> None:
    fatma.goto("/overleg")
    fatma.get_by_role("main").get_by_role("listitem").get_by_role("link").first.click()
    fatma.get_by_role("button", name="Overleg openen").click()
    expect(fatma.get_by_text("Er wordt nu niets besproken.")).to_be_visible()
    fatma.get_by_role("button", name="Begin met 1. Yassin").click()
    expect(fatma.get_by_text("Nu: 1. Yassin")).to_be_visible()
    karim.goto(fatma.url)
    karim.get_by_role("button", name="Ik ben er").click()
    karim.get_by_role("button", name="Bekend", exact=True).click()
    fatma.get_by_label("Waarom moet er iets gebeuren?").fill(
        "Hij gaat al een maand niet naar school."
    )
    expect(fatma.get_by_text("Karim").last).to_be_visible()  # the screen followed, the words stayed
    fatma.get_by_label("Past het bij hoe ernstig").fill("Het past bij wat er gebeurt.")
    fatma.get_by_label("Kan het ook met iets lichters?").fill(
        "Lichter is geprobeerd en hielp niet."
    )
    fatma.get_by_label("Doorgaan zoals het loopt").check()
    fatma.get_by_label("Afspraken").fill("De school belt elke ochtend met Sanne.")
    seen(fatma, "live-chair")
    fatma.get_by_role("button", name="Vastleggen", exact=True).click()
    expect(fatma.get_by_text("Eens: nog niemand")).to_be_visible()
    fatma.get_by_label("Wat moet er gebeuren?").fill("Bel morgen met de mentor.")
    fatma.get_by_label("Wie doet het?").select_option(label="Karim, POLITIE")
    fatma.get_by_role("button", name="Actiepunt geven").click()
    expect(fatma.get_by_text("Bel morgen met de mentor.")).to_be_visible()
    karim.get_by_role("button", name="Ik doe dit").click()
    karim.get_by_role("button", name="Ik ben het eens").click()
    expect(karim.get_by_text("U bent het eens")).to_be_visible()
    seen(karim, "live-partner")
    fatma.get_by_role("link", name="Overleg sluiten").click()
    fatma.get_by_role("button", name="Sluiten", exact=True).click()
    expect(fatma.get_by_text("Het overleg is gesloten.").first).to_be_visible()
    _confirms(fatma, karim)


def _confirms(fatma: Page, karim: Page) -> None:
    karim.get_by_role("link", name="1. Yassin").click()
    karim.get_by_role("button", name="Deze afspraken kloppen").click()
    expect(karim.get_by_text("U hebt de afspraken bevestigd.")).to_be_visible()
    fatma.get_by_role("link", name="1. Yassin").click()
    fatma.get_by_role("button", name="Goedkeuren en vastzetten").click()
    expect(fatma.get_by_text("SHA-256")).to_be_visible()
    seen(fatma, "record")
    karim.goto("/overleg")
    karim.get_by_role("main").get_by_role("listitem").get_by_role("link").first.click()
    expect(karim.get_by_role("link", name="In mijn agenda zetten")).to_be_visible()
    seen(karim, "day")
    karim.get_by_role("link", name="Mijn onderwerpen afdrukken").click()
    karim.get_by_role("button", name="Maak het pakket").click()
    expect(karim.get_by_text("Geef dit papier niet door.")).to_be_visible()
    seen(karim, "pack")
    if folder := os.environ.get("PMG_SHOTS"):
        karim.pdf(path=f"{folder}/pack.pdf")


@contextmanager
def screens(app: Flask, browser: Browser, live: str, people: list[Person]) -> Iterator[list[Page]]:
    """Screens of people who are signed in: with the cookie that signing in gives."""
    found = []
    for person in people:
        with app.test_request_context():
            token = open_session(person)
            interface = app.session_interface
            serializer = interface.get_signing_serializer(app)  # type: ignore[attr-defined]
            value = serializer.dumps({"_user_id": token, "_fresh": True})
        context = browser.new_context(base_url=live, viewport=DESK, locale="nl")
        context.add_cookies([{"name": "pmg", "value": value, "url": live}])
        found.append(context.new_page())
    yield found
    for each in found:
        each.context.close()


def test_eight_screens_follow_and_each_sees_its_own(
    page: Page, live: str, app: Flask, cast: Cast, at_work: AtWork, prepared: Prepared
) -> None:
    other = build.a_case(cast, at_work, given_name="Noor", family_name="Visser")
    second = an_item(cast, at_work, other, prepared.meeting_id, cast.bas)
    open_it(cast, at_work, prepared.meeting_id)
    browser = page.context.browser
    assert browser is not None
    people = [cast.fatma, cast.fatma, cast.sanne, cast.karim, cast.bas, cast.jaap, cast.sanne]
    both, first, last = {0, 1, 2, 6}, {3}, {4}
    with screens(app, browser, live, [*people, cast.karim]) as pages:
        for each in pages:
            each.goto(f"/overleg/{prepared.meeting_id}/bezig")
        for item_id, shown, hidden in (
            (prepared.item_id, both | first | {7}, last),
            (second, both | last, first | {7}),
        ):
            with at_work(cast.fatma):
                running.begin_item(the_item(item_id))
            for number in shown:
                expect(pages[number].get_by_text("Nu: ")).to_be_visible()
                expect(pages[number].get_by_role("heading", name="Ingebracht")).to_be_visible()
            for number in hidden:
                expect(pages[number].get_by_text(ELSEWHERE)).to_be_visible()
        assert "Noor" not in pages[3].content()
        assert "Yassin" not in pages[4].content()
        assert not {"Noor", "Yassin"} & set(pages[5].content().split())
        expect(pages[5].get_by_text("Er staat voor u niets op de agenda.")).to_be_visible()


def test_what_is_typed_stays_when_the_network_drops(
    page: Page, cast: Cast, at_work: AtWork, prepared: Prepared
) -> None:
    open_it(cast, at_work, prepared.meeting_id)
    sign_in(page, cast.fatma)
    page.wait_for_url("**/vandaag")
    page.goto(f"/overleg/{prepared.meeting_id}/bezig")
    with at_work(cast.fatma):
        running.begin_item(the_item(prepared.item_id))
    expect(page.get_by_text("Nu: 1. Yassin")).to_be_visible()
    page.get_by_label("Afspraken").fill("De school belt elke ochtend.")
    page.context.set_offline(True)
    expect(page.get_by_text("Er is geen verbinding. Wat u typt blijft staan.")).to_be_visible()
    with at_work(cast.karim):
        running.arrive(the_meeting(prepared.meeting_id))
    page.context.set_offline(False)
    expect(page.get_by_role("button", name="Karim gaat weg")).to_be_visible()
    assert page.get_by_label("Afspraken").input_value() == "De school belt elke ochtend."


def test_a_series_is_changed_and_ended_and_a_proposal_taken_back(
    page: Page, live: str, cast: Cast, at_work: AtWork, superuser: Engine, prepared: Prepared
) -> None:
    sign_in(page, cast.fatma)
    page.wait_for_url("**/vandaag")
    page.goto("/overleg")
    page.get_by_role("main").get_by_role("link", name="Casusoverleg Zuid").click()
    expect(page.get_by_role("heading", name="Zo stond de reeks")).to_be_visible()
    seen(page, "series-page")
    for link, field, answer, done in (
        ("Reeks wijzigen", "Waar?", "Buurthuis", "De reeks is gewijzigd."),
        ("Reeks stoppen", "Tot en met welke dag", f"{build.TODAY:%d-%m-%Y}", "De reeks stopt."),
    ):
        page.get_by_role("link", name=link).click()
        page.get_by_label(field).fill(answer)
        seen(page, f"series-{link.split()[1]}")
        page.get_by_role("button", name=link.split()[1].capitalize(), exact=True).click()
        expect(page.get_by_role("heading", name="Om deze dagen gaat het")).to_be_visible()
        seen(page, f"series-days-{link.split()[1]}")
        page.get_by_role("button", name=link.split()[1].capitalize(), exact=True).click()
        expect(page.get_by_text(done)).to_be_visible()
    sanne = beside(page, live)
    sign_in(sanne, cast.sanne)
    sanne.wait_for_url("**/vandaag")
    sanne.goto(f"/onderwerp/{prepared.item_id}")
    sanne.get_by_role("link", name="Onderwerp intrekken").click()
    sanne.get_by_label("Waarom?").fill("Zijn moeder heeft het zelf al geregeld.")
    seen(sanne, "take-back")
    sanne.get_by_role("button", name="Intrekken").click()
    expect(sanne.get_by_text("Ingetrokken door Sanne")).to_be_visible()
    seen(sanne, "withdrawn")
    with superuser.begin() as connection:
        gone = text("UPDATE case_member SET valid_until = now() WHERE user_id = :me")
        connection.execute(gone, {"me": cast.fatma.id})
        connection.execute(text("UPDATE meeting SET on_day = on_day + 1"))
    bas = beside(page, live)
    sign_in(bas, cast.bas)
    bas.wait_for_url("**/vandaag")
    bas.goto(f"/zaken/{prepared.case_id}/overleg")
    expect(bas.get_by_text("Laat eerst een voorzitter deelnemen: Fatma.")).to_be_visible()
    seen(bas, "no-chair")
    bas.get_by_role("link", name="Voorzitter laten deelnemen").click()
    bas.get_by_label("Welke voorzitter?").select_option(label="Fatma")
    seen(bas, "seat-chair")
    bas.get_by_role("button", name="Laten deelnemen").click()
    expect(bas.get_by_label("In welk overleg?")).to_be_visible()
