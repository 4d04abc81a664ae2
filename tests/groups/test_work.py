"""Partners work in a group approach: begin, see, draw, agree and end."""

import re
from uuid import uuid4

from pmg.groups import seats, services
from pmg.groups.rules import Result
from tests import build
from tests.acting import filled, read_form, send
from tests.cast import Cast
from tests.conftest import AtWork
from tests.groups.conftest import (
    AGREEMENT,
    LATER,
    NAME,
    OURS,
    PLACE,
    SEEN,
    Browse,
    a_group,
    agreed,
    observed,
    the_group,
)

DAY = f"{LATER:%d-%m-%Y}"


def test_fatma_begins_and_karim_hears_that_he_takes_part(cast: Cast, browse: Browse) -> None:
    fatma = browse(cast.fatma)
    made = send(fatma, "/groepsaanpak/nieuw", name=NAME, place=PLACE, review_on=DAY)
    group_path = made.location
    assert NAME in fatma.get(group_path).text
    send(fatma, f"{group_path}/deelnemers", user=str(cast.karim.id))
    karim = browse(cast.karim)
    listing = karim.get("/berichten").text
    assert "U neemt deel aan een groepsaanpak" in listing
    assert NAME not in listing
    (notice,) = re.findall(r'href="(/berichten/[0-9a-f-]{36})"', listing)
    assert karim.get(notice).location == group_path
    assert NAME in karim.get("/groepsaanpak").text


def test_every_page_that_asks_for_words_asks_for_no_names(
    cast: Cast, at_work: AtWork, browse: Browse
) -> None:
    path = f"/groepsaanpak/{a_group(cast, at_work, cast.karim)}"
    for step in ("stap?stap=1", "waarneming", "beeld", "afspraak", "afsluiten"):
        page = browse(cast.fatma).get(f"{path}/{step}").text
        assert page.count("<textarea") == 1
        assert "onder namen, en zonder iets waaraan iemand te herkennen is" in page


def test_a_partner_says_what_he_saw_from_whom_and_whether_it_is_a_fact(
    cast: Cast, at_work: AtWork, browse: Browse
) -> None:
    group_id = a_group(cast, at_work, cast.karim, cast.sanne)
    answers = {
        "on": f"{build.TODAY:%d-%m-%Y}",
        "at": "22.15",
        "place": "Bij de ingang",
        "words": SEEN,
        "source": "bewoner",
        "nature": "vermoeden",
    }
    path = f"/groepsaanpak/{group_id}"
    assert send(browse(cast.karim), f"{path}/waarneming", **answers).location == path
    page = browse(cast.sanne).get(path).text
    for part in (SEEN, "Bij de ingang", "22.15", "Een bewoner", "vermoeden", "Karim, POLITIE"):
        assert part in page


def test_a_name_that_slipped_in_can_be_taken_away_by_its_writer_and_by_who_leads(
    cast: Cast, at_work: AtWork, browse: Browse
) -> None:
    group_id = a_group(cast, at_work, cast.karim, cast.sanne)
    path = f"/groepsaanpak/{group_id}"
    for who in (cast.karim, cast.fatma):
        words = f"Zwaluwplant gooit vuurwerk, zei {who.name}."
        seen_id = observed(at_work, cast.karim, group_id, words=words)
        assert browse(cast.sanne).get(path).text.count("Zwaluwplant") == 1
        other = send(
            browse(cast.sanne), f"/groepsaanpak/waarneming/{seen_id}/weghalen", because="persoon"
        )
        assert other.status_code == 404
        done = send(browse(who), f"/groepsaanpak/waarneming/{seen_id}/weghalen", because="persoon")
        assert done.location == path
        page = browse(cast.sanne).get(path).text
        assert "Zwaluwplant" not in page
        assert "Weggehaald: er stond iets in dat naar een persoon wijst" in page


def test_a_picture_is_for_the_own_organisation_until_it_is_shared(
    cast: Cast, at_work: AtWork, browse: Browse
) -> None:
    group_id = a_group(cast, at_work, cast.karim, cast.sanne)
    path, karim = f"/groepsaanpak/{group_id}", browse(cast.karim)
    send(karim, f"{path}/beeld", words=OURS, shared="eigen")
    shown = OURS.replace("'", "&#39;")
    assert shown in karim.get(path).text
    for other in (cast.sanne, cast.fatma):
        page = browse(other).get(path).text
        assert shown not in page
        assert "POLITIE" not in page.partition("Hoe organisaties het zien")[2].partition("Plan")[0]
    send(karim, f"{path}/beeld", words=OURS, shared="deelnemers")
    assert shown in browse(cast.sanne).get(path).text
    send(karim, f"{path}/beeld", words=OURS, shared="eigen")
    assert shown not in browse(cast.sanne).get(path).text


def test_two_who_write_a_step_at_once_see_both_texts(
    cast: Cast, at_work: AtWork, browse: Browse
) -> None:
    group_id = a_group(cast, at_work)
    path = f"/groepsaanpak/{group_id}/stap?stap=2"
    fatma = browse(cast.fatma)
    form = filled(fatma, path, words="Mijn tekst over het plein.", is_done="y")
    send(fatma, path, words="De tekst van een ander over het plein.")
    form["submit_key"] = str(uuid4())
    second = fatma.post(path, data=form)
    assert second.status_code == 409
    assert "Mijn tekst" in second.text
    assert "De tekst van een ander" in second.text


def test_a_step_is_done_and_the_next_one_is_now(
    cast: Cast, at_work: AtWork, browse: Browse
) -> None:
    group_id = a_group(cast, at_work)
    fatma, path = browse(cast.fatma), f"/groepsaanpak/{group_id}"
    assert "Stap 1: signalen delen" in fatma.get("/groepsaanpak").text
    send(fatma, f"{path}/stap?stap=1", words="Besloten om verder te kijken.", is_done="y")
    assert "Stap 2: informatie verzamelen" in fatma.get("/groepsaanpak").text
    assert "Besloten om verder te kijken." in fatma.get(path).text


def test_an_agreement_stands_on_vandaag_until_its_owner_says_how_it_went(
    cast: Cast, at_work: AtWork, browse: Browse, superuser: object
) -> None:
    group_id = a_group(cast, at_work, cast.sanne)
    agreement_id = agreed(cast, at_work, group_id, cast.sanne)
    sanne = browse(cast.sanne)
    assert AGREEMENT not in sanne.get("/vandaag").text  # it is a month away
    with at_work(cast.fatma):
        services.agree(
            the_group(group_id),
            services.Agreed(AGREEMENT, build.TODAY),
            cast.sanne.id,
            today=build.TODAY,
        )
    listed = sanne.get("/vandaag?deel=groepsaanpak").text
    assert listed.count(AGREEMENT) == 1
    path = f"/groepsaanpak/afspraak/{agreement_id}"
    missing = send(sanne, path, outcome="vervallen")
    assert missing.status_code == 422
    done = send(sanne, path, outcome="gedaan", words="Er was minder overlast.")
    assert done.location == f"/groepsaanpak/{group_id}"
    page = browse(cast.fatma).get(f"/groepsaanpak/{group_id}").text
    assert "Er was minder overlast." in page
    assert ">Gedaan<" in page


def test_it_closes_with_a_result_when_nothing_is_open_and_then_takes_no_more(
    cast: Cast, at_work: AtWork, browse: Browse
) -> None:
    group_id = a_group(cast, at_work, cast.sanne)
    agreement_id = agreed(cast, at_work, group_id, cast.sanne)
    fatma, path = browse(cast.fatma), f"/groepsaanpak/{group_id}"
    ending = {"result": "minder", "words": "Vaste begeleiding op het plein werkte."}
    early = send(fatma, f"{path}/afsluiten", **ending)
    assert early.status_code == 422
    assert "Er staat nog een afspraak open." in early.text
    send(fatma, f"/groepsaanpak/afspraak/{agreement_id}", outcome="gedaan")
    send(fatma, f"{path}/afsluiten", **ending)
    page = browse(cast.sanne).get(path).text
    assert "Er is minder overlast" in page
    assert "Waarneming vastleggen" not in page
    token = read_form(fatma.get(f"{path}/deelnemers").text)  # of a seat that can still be ended
    late = {"on": f"{build.TODAY:%d-%m-%Y}", "place": "Plein", "words": SEEN, "shared": "eigen"}
    late |= {"source": "bewoner", "nature": "feit", "user": str(cast.karim.id), "what": AGREEMENT}
    late |= {"owner": str(cast.sanne.id), "due_on": DAY, "name": NAME, "review_on": DAY}
    for page in ("waarneming", "beeld", "stap", "afspraak", "deelnemers", "wijzigen", "aanmelden"):
        assert "is afgesloten. Er kan niets meer bij." in fatma.get(f"{path}/{page}").text
        sent = fatma.post(f"{path}/{page}", data=token | late)
        assert sent.status_code in {409, 422}, page
    with at_work(cast.fatma):
        assert len(seats.seated(the_group(group_id))) == 2


def test_closing_is_for_who_leads(cast: Cast, at_work: AtWork, browse: Browse) -> None:
    group_id = a_group(cast, at_work, cast.sanne)
    for page in ("afsluiten", "wijzigen", "deelnemers", "afspraak", "stap"):
        assert browse(cast.sanne).get(f"/groepsaanpak/{group_id}/{page}").status_code == 404
    with at_work(cast.fatma):
        services.close(
            the_group(group_id), Result.NOT_NEEDED, "Het was eenmalig.", today=build.TODAY
        )
        assert the_group(group_id).closed_on == build.TODAY
