"""Two files become one person: proposed by one who has the regie in both, decided by another."""

import threading
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, text

from pmg.cases import services as cases
from pmg.cases.intake import Person
from pmg.cases.rules import age_on
from pmg.errors import Invalid, NotPermitted
from pmg.merging import services
from pmg.merging.rules import Field
from tests import acting, build
from tests.cast import Cast
from tests.merging.conftest import (
    OTHER_BORN,
    REASON,
    Browse,
    Files,
    merge,
    number_of,
    proposed,
    the_merge,
    who,
)

ONE = ("Yassin", "de Boer", OTHER_BORN, "Geuzenveld")


def side_by_side(client: Any, two: Files, superuser: Engine) -> Any:
    path = f"/zaken/{two.kept}/samenvoegen"
    return acting.send(client, path, number=number_of(superuser, two.lost))


def propose(client: Any, two: Files, superuser: Engine, **answers: Any) -> Any:
    """Lay them side by side and send the proposal, as a browser does."""
    parser = acting._Form()
    parser.feed(side_by_side(client, two, superuser).text)
    given = dict.fromkeys(("given_name", "family_name", "area"), "dit")
    form = dict(parser.values) | given | {"birth_date": "ander", "reason": REASON} | answers
    return client.post(f"/zaken/{two.kept}/samenvoegen", data=form)


def test_two_people_make_one_person_of_two_files(
    cast: Cast, two: Files, browse: Browse, at_work: Any, superuser: Engine
) -> None:
    fatma, bas = browse(cast.fatma), browse(cast.bas)
    page = side_by_side(fatma, two, superuser)
    for shown in ("Yassin", "Yasin", "de Boer", "14 maart 2010", "13 april 2010", "Osdorp"):
        assert shown in page.text
    sent = propose(fatma, two, superuser)
    assert sent.status_code == 302
    waiting = fatma.get(sent.location)
    assert "Wacht op een tweede persoon" in waiting.text
    assert "Iemand anders beslist" in waiting.text
    assert 'name="answer"' not in waiting.text
    assert "Kijk na of twee dossiers van één jongere zijn" in bas.get("/berichten").text
    assert REASON in bas.get(sent.location).text
    done = acting.send(bas, sent.location, answer="ja")
    assert done.status_code == 302
    assert "De dossiers zijn van één jongere." in bas.get(done.location).text
    for person, case_id in ((cast.sanne, two.kept), (cast.jaap, two.lost), (cast.bas, two.lost)):
        with at_work(person):
            assert who(build.the_case(case_id)) == ONE
    with at_work(cast.jaap):
        assert build.the_case(two.lost).age_at_referral == age_on(OTHER_BORN, build.TODAY)


def test_nobody_gets_a_seat_by_it(
    cast: Cast, two: Files, merged: UUID, browse: Browse, superuser: Engine
) -> None:
    sanne, jaap, bas = browse(cast.sanne), browse(cast.jaap), browse(cast.bas)
    assert (sanne.get(f"/zaken/{two.kept}").status_code) == 200
    assert (sanne.get(f"/zaken/{two.lost}").status_code) == 404
    assert (jaap.get(f"/zaken/{two.kept}").status_code) == 404
    lost = jaap.get(f"/zaken/{two.lost}")
    assert "Samengevoegd: dit is dezelfde jongere als in een andere zaak." in lost.text
    assert "Casusregisseur: Bas." in lost.text
    for secret in (str(two.kept), number_of(superuser, two.kept), str(merged)):
        assert secret not in lost.text
    leads = bas.get(f"/zaken/{two.lost}").text  # the old address leads to the other for who may
    assert f"/zaken/{two.kept}" in leads
    assert number_of(superuser, two.kept) in leads


def test_a_partner_without_the_look_hears_nothing_of_another_case(
    cast: Cast, at_work: Any, two: Files, merged: UUID, browse: Browse
) -> None:
    acting.join(cast, at_work, two.lost, cast.karim)
    page = browse(cast.karim).get(f"/zaken/{two.lost}").text
    assert "Yassin" in page  # who he is, they read alike
    assert "Samengevoegd" not in page
    assert "Andere dossiers" not in page


def test_both_files_hear_in_their_log_who_saw_the_other(
    cast: Cast, two: Files, browse: Browse, superuser: Engine
) -> None:
    jaap, bas = browse(cast.jaap), browse(cast.bas)
    jaap.get(f"/zaken/{two.lost}")
    browse(cast.sanne).get(f"/zaken/{two.kept}")
    log = f"/zaken/{two.kept}/inzage?alles=1"
    assert "Jaap" not in bas.get(log).text
    asked = propose(browse(cast.fatma), two, superuser)
    acting.send(bas, asked.location, answer="ja")
    page = bas.get(log).text
    assert "Jaap" in page
    assert "in een andere zaak van deze jongere" in page
    assert "stelde voor om twee dossiers samen te voegen" in page
    assert "Sanne" in bas.get(f"/zaken/{two.lost}/inzage?alles=1").text


def test_what_was_done_in_the_other_file_stays_unsaid(
    cast: Cast, two: Files, merged: UUID, browse: Browse, superuser: Engine, at_work: Any
) -> None:
    """Bas directs the kept file alone now: he hears who was in the other, and nothing more."""
    acting.send(browse(cast.jaap), f"/zaken/{two.lost}/contact/nieuw", text="Op straat gezien.")
    with superuser.begin() as connection:
        connection.execute(
            text("UPDATE case_member SET valid_until = now() WHERE case_id = :c AND user_id = :u"),
            {"c": two.lost, "u": cast.bas.id},
        )
    bas = browse(cast.bas)
    page = bas.get(f"/zaken/{two.kept}/inzage?alles=1").text
    assert "Jaap" in page
    assert "contact" not in page.split("Jaap")[1][:300]
    assert bas.get(f"/zaken/{two.lost}").status_code == 404


def test_an_edit_in_one_file_is_an_edit_of_the_person(
    cast: Cast, two: Files, merged: UUID, at_work: Any, superuser: Engine
) -> None:
    with at_work(cast.jaap) as reader:
        build.correct(reader, two.lost, given_name="Yassine", birth_date=date(2011, 1, 2))
    with at_work(cast.sanne):
        case = build.the_case(two.kept)
        assert who(case)[:3] == ("Yassine", "de Boer", date(2011, 1, 2))
        assert case.age_at_referral == age_on(date(2011, 1, 2), build.TODAY)


def test_who_was_typing_in_the_other_file_sees_both_texts(
    cast: Cast, two: Files, browse: Browse, at_work: Any
) -> None:
    bas, path = browse(cast.bas), f"/zaken/{two.lost}/gegevens"
    form = acting.filled(bas, path, given_name="Yasin-Ali", focus_area_code="")
    merge(cast, at_work, two.kept, two.lost)
    answer = bas.post(path, data=form)
    assert answer.status_code == 409
    assert "Yasin-Ali" in answer.text
    assert "Yassin" in answer.text


@pytest.mark.parametrize("change", ["kept", "lost"])
def test_after_a_change_it_must_be_looked_at_anew(
    cast: Cast, two: Files, browse: Browse, at_work: Any, change: str
) -> None:
    with at_work(cast.fatma):
        merge_id = proposed(two.kept, two.lost)
    build.corrected(cast, at_work, getattr(two, change), given_name="Ilyas")
    answer = acting.send(browse(cast.bas), f"/samenvoegen/{merge_id}", answer="ja")
    assert answer.status_code == 422
    assert "Leg de dossiers opnieuw naast elkaar" in answer.text
    with at_work(cast.bas):
        assert the_merge(merge_id).state == "voorgesteld"
        assert who(build.the_case(two.kept)) != who(build.the_case(two.lost))


def test_a_change_between_looking_and_proposing_is_said(
    cast: Cast, two: Files, browse: Browse, at_work: Any, superuser: Engine
) -> None:
    fatma = browse(cast.fatma)
    parser = acting._Form()
    parser.feed(side_by_side(fatma, two, superuser).text)
    build.corrected(cast, at_work, two.lost, given_name="Ilyas")
    given = dict.fromkeys(("given_name", "family_name", "area", "birth_date"), "dit")
    form = dict(parser.values) | given | {"reason": REASON}
    answer = fatma.post(f"/zaken/{two.kept}/samenvoegen", data=form)
    assert answer.status_code == 422
    assert "intussen veranderd" in answer.text
    assert REASON in answer.text


def test_the_proposer_does_not_decide(cast: Cast, two: Files, at_work: Any) -> None:
    with at_work(cast.fatma):
        merge_id = proposed(two.kept, two.lost)
        for act in (services.approve, lambda one: services.decline(one, REASON)):
            with pytest.raises(Invalid, match="Iemand anders dan u"):
                act(the_merge(merge_id))


def test_refusing_needs_a_reason_and_changes_nothing(
    cast: Cast, two: Files, browse: Browse, at_work: Any, superuser: Engine
) -> None:
    with at_work(cast.fatma):
        merge_id = proposed(two.kept, two.lost)
    bas, path = browse(cast.bas), f"/samenvoegen/{merge_id}"
    for reason, said in (("", "Schrijf op waarom niet"), ("Nee.", "minstens 20 tekens")):
        answer = acting.send(bas, path, answer="nee", reason=reason)
        assert answer.status_code == 422
        assert said in answer.text
    because = "Het zijn neven met bijna dezelfde naam."
    assert acting.send(bas, path, answer="nee", reason=because).status_code == 302
    page = bas.get(path).text
    assert because in page
    assert "Osdorp" not in page  # what was shown of both is gone
    with at_work(cast.jaap):
        assert who(build.the_case(two.lost))[0] == "Yasin"
    with superuser.connect() as connection:
        images = connection.execute(text("SELECT count(*) FROM youth_merge_image")).scalar_one()
    assert images == 0
    with at_work(cast.fatma):
        assert proposed(two.kept, two.lost)  # it may be asked again


def test_a_proposal_is_withdrawn_by_who_made_it(
    cast: Cast, two: Files, browse: Browse, at_work: Any
) -> None:
    with at_work(cast.fatma):
        merge_id = proposed(two.kept, two.lost)
    with at_work(cast.bas), pytest.raises(NotPermitted):
        services.withdraw(the_merge(merge_id))
    bas = browse(cast.bas)
    stale = acting.filled(bas, f"/samenvoegen/{merge_id}", answer="ja")
    fatma = browse(cast.fatma)
    done = acting.send(fatma, f"/samenvoegen/{merge_id}")
    assert "Uw voorstel is ingetrokken." in fatma.get(done.location).text
    late = bas.post(f"/samenvoegen/{merge_id}", data=stale, follow_redirects=True)
    assert "Een collega was u voor" in late.text


NUMBERS = ["own", "none", "PMG-2020-9999", "not mine", "elsewhere"]


@pytest.mark.parametrize("which", NUMBERS)
def test_only_another_own_case_can_be_named(
    cast: Cast, at_work: Any, two: Files, browse: Browse, superuser: Engine, which: str
) -> None:
    with at_work(cast.other) as reader:
        elsewhere = cases.refer(build.intake(), today=build.TODAY).number
        assert reader.municipality_id != cast.fatma.municipality_id
    not_mine = build.a_referral(cast, at_work, given_name="Noor", family_name="Smit")
    with superuser.begin() as connection:
        connection.execute(
            text("DELETE FROM case_member WHERE case_id = :c AND user_id = :u"),
            {"c": not_mine, "u": cast.fatma.id},
        )
    number = {
        "own": number_of(superuser, two.kept),
        "none": "",
        "not mine": number_of(superuser, not_mine),
        "elsewhere": elsewhere.replace("0001", "0009"),
    }.get(which, which)
    path = f"/zaken/{two.kept}/samenvoegen"
    answer = acting.send(browse(cast.fatma), path, number=number)
    assert answer.status_code == 422
    said = {
        "own": "Dit is het nummer van deze zaak zelf",
        "none": "Vul het nummer van de andere zaak in",
    }.get(which, "Wij vinden geen andere zaak met dit nummer")
    assert said in answer.text
    assert "Noor" not in answer.text


def test_what_is_one_already_is_not_merged_again(
    cast: Cast, two: Files, merged: UUID, at_work: Any
) -> None:
    with at_work(cast.fatma):
        for kept, lost in ((two.kept, two.lost), (two.lost, two.kept)):
            number = build.the_case(lost).number
            with pytest.raises(Invalid, match="al samengevoegd"):
                services.find_other(build.the_case(kept), number)


def test_one_proposal_waits_at_a_time(cast: Cast, two: Files, at_work: Any) -> None:
    with at_work(cast.fatma):
        proposed(two.kept, two.lost)
    with at_work(cast.bas), pytest.raises(Invalid, match="wacht al een voorstel"):
        proposed(two.kept, two.lost)


def test_two_crossing_proposals_give_one_merge(
    app: Any, cast: Cast, two: Files, at_work: Any
) -> None:
    """Fatma asks A to stay, Bas asks B to stay; each approves that of the other at one moment."""
    with at_work(cast.fatma):
        first = proposed(two.kept, two.lost)
    with at_work(cast.bas):
        second = proposed(two.lost, two.kept)
    start, said = threading.Barrier(2), []

    def decide(person: Any, merge_id: UUID) -> None:
        try:
            with at_work(person):
                row = the_merge(merge_id)
                start.wait()
                services.approve(row)
            said.append("done")
        except Invalid as refusal:
            said.append(refusal.message)

    threads = [
        threading.Thread(target=decide, args=args)
        for args in ((cast.bas, first), (cast.fatma, second))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert min(said, key=len) == "done"
    assert "opnieuw naast elkaar" in max(said, key=len)
    with at_work(cast.fatma):
        assert who(build.the_case(two.kept)) == who(build.the_case(two.lost))


def test_the_number_that_was_chosen_is_of_one_person(
    cast: Cast, at_work: Any, browse: Browse
) -> None:
    kept = build.a_case(cast, at_work, by="bas")
    lost = build.a_case(cast, at_work, by="bas", given_name="Yasin", bsn=build.BSN)
    merge(cast, at_work, kept, lost, [Field.BSN])
    bas = browse(cast.bas)
    for case_id in (kept, lost):
        token = acting.filled(bas, f"/zaken/{case_id}")["csrf_token"]
        shown = bas.post(f"/zaken/{case_id}/bsn", data={"csrf_token": token}).text
        assert build.BSN in shown.replace(" ", "")
    with at_work(cast.bas):
        hits = cases.look_up(Person("Geheel", "Anders", date(2011, 1, 1), build.BSN))
    assert len(hits) == 1


def test_a_merged_youth_is_known_once(cast: Cast, two: Files, merged: UUID, at_work: Any) -> None:
    same = Person("Yassin", "de Boer", OTHER_BORN)
    with at_work(cast.jaap):
        (hit,) = cases.look_up(same)
        assert hit.case_id == two.lost  # his own, though the file that stayed is another
    with at_work(cast.sanne):
        (hit,) = cases.look_up(same)
        assert hit.case_id == two.kept


def stripped(page: Any) -> bytes:
    """The page without its own address, which its reader typed himself."""
    return bytes(page.data.replace(page.request.path.encode(), b""))


@pytest.mark.parametrize("person", ["jaap", "sanne", "karim", "els", "ans", "ad", "mo", "other"])
def test_who_does_not_direct_finds_no_page(
    cast: Cast, two: Files, at_work: Any, browse: Browse, person: str
) -> None:
    acting.join(cast, at_work, two.lost, cast.karim)
    with at_work(cast.fatma):
        merge_id = proposed(two.kept, two.lost)
    client = browse(getattr(cast, person))
    nothing = client.get(f"/zaken/{UUID(int=1)}/samenvoegen")
    for path in (
        f"/zaken/{two.kept}/samenvoegen",
        f"/zaken/{two.lost}/samenvoegen",
        f"/samenvoegen/{merge_id}",
    ):
        page = client.get(path)
        assert (page.status_code, stripped(page)) == (404, stripped(nothing))


def test_a_director_without_a_seat_in_the_other_file_cannot_open_it_by_proposing(
    cast: Cast, two: Files, browse: Browse, superuser: Engine
) -> None:
    with superuser.begin() as connection:
        connection.execute(
            text("DELETE FROM case_member WHERE case_id = :c AND user_id = :u"),
            {"c": two.lost, "u": cast.bas.id},
        )
    number = number_of(superuser, two.lost)
    bas, path = browse(cast.bas), f"/zaken/{two.kept}/samenvoegen"
    answer = acting.send(bas, path, number=number)
    assert answer.status_code == 422
    form = acting.filled(bas, path, number=number, stap="voorstellen", reason=REASON, seen="3.3")
    sent = bas.post(path, data=form)
    for page in (answer, sent):
        assert "Wij vinden geen andere zaak met dit nummer" in page.text
        assert "Yasin<" not in page.text
        assert "Osdorp" not in page.text
    with superuser.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM youth_merge")).scalar_one() == 0


def test_who_directs_one_of_both_decides_on_what_was_shown_and_opens_no_case(
    cast: Cast, two: Files, browse: Browse, at_work: Any, superuser: Engine
) -> None:
    with superuser.begin() as connection:
        connection.execute(
            text("DELETE FROM case_member WHERE case_id = :c AND user_id = :u"),
            {"c": two.kept, "u": cast.bas.id},
        )
    with at_work(cast.fatma):
        merge_id = proposed(two.kept, two.lost)
    bas, path = browse(cast.bas), f"/samenvoegen/{merge_id}"
    page = bas.get(path)
    assert "Yassin" in page.text
    assert "Geuzenveld" in page.text
    assert acting.send(bas, path, answer="ja").status_code == 302
    assert bas.get(f"/zaken/{two.kept}").status_code == 404
    with at_work(cast.sanne):
        assert who(build.the_case(two.kept)) == who(build.the_case(two.kept))
    with superuser.connect() as connection:
        seen = connection.execute(
            text(
                "SELECT count(DISTINCT s.youth_id) FROM audit_event e JOIN audit_subject s"
                " ON s.event_id = e.id WHERE e.user_id = :u AND 'both_files' = ANY (s.fields)"
            ),
            {"u": cast.bas.id},
        ).scalar_one()
    assert seen == 2  # it stands in the log of both youths that he read who they are
