"""What a provider sees and does: what was referred to him, until it ends, and nothing else."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from config import Settings
from pmg.app import _BAR
from pmg.cases import services as cases
from pmg.cases.intake import Decision
from pmg.cases.rules import Outcome
from pmg.errors import Conflict, Invalid, NotPermitted
from pmg.extensions import db
from pmg.interventions import services as interventions
from pmg.interventions.answers import Start, Stop
from pmg.interventions.rules import StopReason
from pmg.providers import queries, referring
from pmg.providers.rules import Answer, RefusalReason, Said
from pmg.reference.interventions import INTERVENTIONS
from pmg.security.identity import Organisation
from tests import build
from tests.acting import filled, hire_partner, join, read_form, send
from tests.cast import Cast, Person, _employ
from tests.conftest import AtWork
from tests.interventions.conftest import GOAL, SPORT, an_assignment, the_trajectory
from tests.promises.conftest import PLANTED, Planted, planted  # noqa: F401  (a fixture)
from tests.providers.conftest import MESSAGE, Offers, Refer, accept, the_referral

Browse = Callable[[Person], FlaskClient]
STEPS = ("", "/aannemen", "/weigeren", "/gesprek")
NOW = f"{build.TODAY:%d-%m-%Y}"


@pytest.fixture
def asked(offers: Offers, refer: Refer) -> UUID:
    """Something that the provider has not answered."""
    offers()
    return refer()


def test_a_provider_reads_what_was_sent_and_who_sent_it(
    asked: UUID, browse: Browse, noor: Person
) -> None:
    shown = browse(noor).get(f"/aangemeld/{asked}").text
    for told in ("Kind1 Verwezen", "16 jaar", GOAL, MESSAGE, SPORT.name_nl, "Sanne"):
        assert told in shown


def test_the_menu_shows_the_pages_of_a_provider_to_a_provider_alone(
    browse: Browse, cast: Cast, noor: Person, offers: Offers
) -> None:
    ours = ("Verwezen naar ons", "Bijeenkomsten")

    def shown(person: Person) -> tuple[bool, ...]:
        bar = browse(person).get("/berichten").text.split("</nav>")[0]
        return tuple(f">{name}</a>" in bar for name in ours)

    assert shown(noor) == (False, False)  # nobody can refer to an organisation without an offer
    offers()
    assert shown(noor) == (True, True)
    assert shown(cast.karim) == (False, False)
    assert shown(cast.sanne) == (False, True)  # meetings of what she set to work herself
    for path, title in (("/aangemeld", ours[0]), ("/bijeenkomsten", ours[1])):
        assert (
            f'<h1 class="nl-heading nl-heading--level-1">{title}</h1>'
            in browse(cast.karim).get(path).text
        )


def test_no_word_stands_twice_in_a_menu() -> None:
    labels = [str(label) for _endpoint, label, _action in _BAR]
    assert sorted(labels) == sorted(set(labels))


def test_a_provider_opens_nothing_else_of_the_case(
    app: Flask, asked: UUID, at_work: AtWork, browse: Browse, cast: Cast, noor: Person
) -> None:
    with at_work(cast.sanne):
        row = the_referral(asked)
        ids = {"zaken": row.case_id, "inzet": row.trajectory_id}
    client = browse(noor)
    for room, id_ in ids.items():
        for rule in app.url_map.iter_rules():
            if rule.rule.startswith(f"/{room}/<uuid:id>") and rule.arguments == {"id"}:
                path = rule.rule.replace("<uuid:id>", str(id_))
                assert client.get(path).status_code in {404, 405}, path
    assert "Kind1" not in client.get("/zaken").text


@pytest.mark.parametrize("table", ["youth", "case_file", "trajectory", "case_member", "referral"])
def test_row_security_shows_a_provider_no_other_table(
    asked: UUID, at_work: AtWork, noor: Person, table: str
) -> None:
    with at_work(noor):
        assert the_referral(asked)
        count = db.session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
    assert count == 0


def test_words_of_the_case_never_stand_on_a_page_of_the_provider(
    planted: Planted,  # noqa: F811
    offers: Offers,
    refer: Refer,
    at_work: AtWork,
    browse: Browse,
    cast: Cast,
    noor: Person,
) -> None:
    offers()
    with at_work(cast.fatma):
        decision = Decision(
            Outcome.ACCEPT,
            "Geplante reden van het besluit.",
            director_id=cast.bas.id,
            youth_worker_id=cast.sanne.id,
        )
        cases.decide_triage(build.the_case(planted.case_id), decision, today=build.TODAY)
    referral = refer(case_id=planted.case_id)
    client = browse(noor)
    pages = [client.get("/aangemeld").text, client.get("/berichten").text]
    pages += [client.get(f"/aangemeld/{referral}{step}").text for step in STEPS]
    secret = [word for word in PLANTED if word not in {"Quirijnplant", "Zwaluwplant"}]
    assert "Quirijnplant" in pages[0]
    for page in pages:
        assert not [word for word in secret if word in page]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("who", ["karim", "jaap", "fatma", "els", "ans", "ad", "mo", "other"])
def test_who_is_not_the_provider_finds_the_page_of_a_wrong_id(
    asked: UUID, browse: Browse, cast: Cast, who: str, step: str
) -> None:
    client = browse(getattr(cast, who))
    pages = []
    for id_ in (asked, uuid4()):
        answer = client.get(f"/aangemeld/{id_}{step}")
        pages.append((answer.status_code, answer.text.replace(str(id_), "")))
    assert pages[0] == pages[1]
    assert pages[0][0] == 404


def test_another_provider_sees_neither_the_page_nor_the_list(
    asked: UUID, at_work: AtWork, browse: Browse, settings: Settings
) -> None:
    rival = hire_partner(settings.owner_database_url, "rik", "HALT")
    client = browse(rival)
    assert "Kind1" not in client.get("/aangemeld").text
    assert client.get(f"/aangemeld/{asked}").status_code == 404
    with at_work(rival), pytest.raises(NotPermitted):
        referring._judge(_say_yes(asked))


def test_a_worker_on_the_case_does_not_answer_for_who_answers_here(
    asked: UUID, at_work: AtWork, cast: Cast
) -> None:
    with at_work(cast.sanne):
        said = Said(Answer.ACCEPTED, 1)
        with pytest.raises(NotPermitted):
            referring.answer_for_provider(the_referral(asked), said, today=build.TODAY)
        with pytest.raises(NotPermitted):
            referring.answer_as_provider(the_referral(asked), said, today=build.TODAY)


def test_every_look_stands_in_the_log_of_the_youth(
    asked: UUID, browse: Browse, at_work: AtWork, cast: Cast, noor: Person, superuser: Engine
) -> None:
    browse(noor).get(f"/aangemeld/{asked}")
    with at_work(cast.bas):
        case_id = the_referral(asked).case_id
    with superuser.connect() as connection:
        found = connection.execute(
            text(
                "SELECT s.fields FROM audit_event e JOIN audit_subject s ON s.event_id = e.id"
                " WHERE e.user_id = :user AND e.case_id = :case"
            ),
            {"user": noor.id, "case": case_id},
        ).scalar_one()
    assert {"told_name", "told_age", "goal", "message"} <= set(found)
    assert "Noor" in browse(cast.bas).get(f"/zaken/{case_id}/inzage").text


def test_accepting_gives_a_place_and_tells_who_referred(
    asked: UUID, browse: Browse, cast: Cast, noor: Person
) -> None:
    client = browse(noor)
    answer = send(client, f"/aangemeld/{asked}/aannemen")
    assert "Aangenomen" in client.get(answer.location).text
    assert (
        "Een aanbieder heeft op uw verwijzing geantwoord"
        in browse(cast.sanne).get("/berichten").text
    )


def test_a_refusal_is_told_with_its_reason_and_ends_it(
    asked: UUID, browse: Browse, at_work: AtWork, cast: Cast, noor: Person
) -> None:
    with at_work(cast.sanne):
        trajectory_id = the_referral(asked).trajectory_id
    client, words = browse(noor), "De groep is nu te jong voor hem."
    refused = send(client, f"/aangemeld/{asked}/weigeren", reason="past_niet", words=words)
    shown = browse(cast.sanne).get(f"/inzet/{trajectory_id}").text
    assert refused.location == "/aangemeld"
    assert words in shown
    assert "Ons aanbod past niet bij het doel" in shown
    assert f"opnieuw={trajectory_id}" in shown
    assert client.get(f"/aangemeld/{asked}").status_code == 404


def test_a_refused_youth_is_referred_elsewhere_with_the_same_answers(
    asked: UUID, browse: Browse, at_work: AtWork, cast: Cast, noor: Person
) -> None:
    with at_work(cast.sanne):
        row = the_referral(asked)
        path = f"/zaken/{row.case_id}/inzet/nieuw?code={SPORT.code}&opnieuw={row.trajectory_id}"
    send(browse(noor), f"/aangemeld/{asked}/weigeren", reason="geen_plek")
    client = browse(cast.sanne)
    page = client.get(path).text
    assert GOAL in page
    assert MESSAGE in page
    assert filled(client, path).getlist("target_factors") == ["R-VRI-VRIJETIJD"]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "Kies waarom u niet aanneemt."),
        ({"reason": "anders"}, "Schrijf in een zin op waarom u niet aanneemt."),
        ({"reason": "zomaar"}, ""),
        ({"reason": "anders", "words": "x" * 5_000}, "Maak de tekst korter"),
    ],
)
def test_a_refusal_needs_a_reason(
    asked: UUID, browse: Browse, noor: Person, given: dict[str, str], told: str
) -> None:
    answer = send(browse(noor), f"/aangemeld/{asked}/weigeren", **given)
    assert answer.status_code == 422
    assert told in answer.text


@pytest.mark.parametrize(
    ("day", "told"),
    [
        (f"{build.TODAY + timedelta(days=1):%d-%m-%Y}", "Deze dag moet nog komen."),
        ("1-1-2020", "meer dan drie maanden voor de verwijzing"),
        ("", "Vul een dag in."),
    ],
)
def test_a_conversation_on_a_day_that_cannot_be_is_explained(
    asked: UUID, at_work: AtWork, browse: Browse, noor: Person, day: str, told: str
) -> None:
    accept(at_work, noor, asked)
    answer = send(browse(noor), f"/aangemeld/{asked}/gesprek", conversation_on=day)
    assert answer.status_code == 422
    assert told in answer.text


def test_it_starts_after_a_place_and_a_first_conversation(
    asked: UUID, at_work: AtWork, browse: Browse, cast: Cast, noor: Person
) -> None:
    with at_work(cast.sanne):
        path = f"/inzet/{the_referral(asked).trajectory_id}/starten"
    sanne = browse(cast.sanne)
    assert "De aanbieder heeft nog geen plek gegeven." in sanne.get(path).text
    accept(at_work, noor, asked)
    assert "Leg eerst het eerste gesprek vast." in sanne.get(path).text
    send(browse(noor), f"/aangemeld/{asked}/gesprek", conversation_on=NOW)
    assert send(sanne, path, started_on=NOW).status_code == 302


def test_no_service_starts_it_before_that(asked: UUID, at_work: AtWork, cast: Cast) -> None:
    with at_work(cast.sanne):
        row = the_trajectory(the_referral(asked).trajectory_id)
        with pytest.raises(Invalid, match="nog geen plek gegeven"):
            interventions.start_trajectory(row, Start(build.TODAY, row.version), today=build.TODAY)


def _end(how: str, at_work: AtWork, cast: Cast, referral_id: UUID) -> None:
    with at_work(cast.bas if how == "closed" else cast.sanne):
        referral = the_referral(referral_id)
        if how == "closed":
            cases.close_case(build.the_case(referral.case_id), build.an_ending(), today=build.TODAY)
        else:
            row = the_trajectory(referral.trajectory_id)
            stop = Stop(StopReason.MOVED, build.TODAY, "", row.version)
            interventions.stop_trajectory(row, stop, today=build.TODAY)


@pytest.mark.parametrize("is_accepted", [False, True])
@pytest.mark.parametrize("how", ["revoked", "closed"])
def test_after_the_end_the_provider_sees_nothing(
    asked: UUID,
    at_work: AtWork,
    browse: Browse,
    cast: Cast,
    noor: Person,
    how: str,
    is_accepted: bool,  # noqa: FBT001  (a parameter of the test)
) -> None:
    if is_accepted:
        accept(at_work, noor, asked)
    client = browse(noor)
    assert client.get(f"/aangemeld/{asked}").status_code == 200
    _end(how, at_work, cast, asked)
    assert client.get(f"/aangemeld/{asked}").status_code == 404
    assert "Kind1" not in client.get("/aangemeld").text
    told = client.get("/berichten").text
    assert "Een verwijzing naar uw organisatie is voorbij" in told
    assert "Kind1" not in told


def test_who_no_longer_works_there_sees_nothing(
    asked: UUID, browse: Browse, noor: Person, superuser: Engine
) -> None:
    client = browse(noor)
    with superuser.begin() as connection:
        connection.execute(
            text("UPDATE role_grant SET valid_until = now() WHERE user_id = :id"), {"id": noor.id}
        )
    assert client.get(f"/aangemeld/{asked}").status_code == 404
    assert client.get("/aangemeld").status_code == 404


def test_a_provider_who_takes_part_in_another_case_sees_it_apart(
    asked: UUID, at_work: AtWork, browse: Browse, cast: Cast, noor: Person
) -> None:
    mine = build.a_case(cast, at_work, given_name="Anders")
    join(cast, at_work, mine, noor)
    client = browse(noor)
    assert client.get(f"/zaken/{mine}").status_code == 200
    assert client.get(f"/aangemeld/{asked}").status_code == 200
    assert "Anders" not in client.get("/aangemeld").text


def test_the_second_to_accept_is_told_who_was_first(
    asked: UUID, browse: Browse, noor: Person, settings: Settings, at_work: AtWork
) -> None:
    finn = colleague(settings, noor, "finn")
    path = f"/aangemeld/{asked}/aannemen"
    first, second = browse(noor), browse(finn)
    form = filled(second, path)
    send(first, path)
    answer = second.post(path, data=form)
    assert answer.status_code == 409
    assert "Noor was eerder. De verwijzing staat nu op: Aangenomen." in answer.text
    with at_work(noor):
        assert queries.letter(the_referral(asked)).answered_by == "Noor"


def test_a_stale_answer_changes_nothing(asked: UUID, at_work: AtWork, noor: Person) -> None:
    with at_work(noor):
        row = the_referral(asked)
        said = Said(Answer.REFUSED, row.version + 1, RefusalReason.NO_FIT)
        with pytest.raises(Conflict):
            referring.answer_as_provider(row, said, today=build.TODAY)
    with at_work(noor):
        assert the_referral(asked).answer == Answer.ASKED


def test_a_form_sent_twice_accepts_once(asked: UUID, browse: Browse, noor: Person) -> None:
    client, path = browse(noor), f"/aangemeld/{asked}/aannemen"
    form = filled(client, path)
    answers = [client.post(path, data=form) for _ in range(2)]
    assert [(each.status_code, each.location) for each in answers] == [
        (302, f"/aangemeld/{asked}")
    ] * 2


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"contract_until": build.TODAY - timedelta(days=1)}, "Het contract eindigt op"),
        ({"contract_from": build.TODAY + timedelta(days=9)}, "Het contract begint op"),
    ],
)
def test_nobody_is_referred_without_a_contract_on_that_day(
    offers: Offers,
    at_work: AtWork,
    browse: Browse,
    cast: Cast,
    noor: Person,
    given: dict[str, object],
    told: str,
) -> None:
    offers(**given)
    case_id = build.a_case(cast, at_work)
    path = f"/zaken/{case_id}/inzet/nieuw?code={SPORT.code}"
    client = browse(cast.sanne)
    assert told in client.get(path).text
    answer = send(
        client,
        path,
        provider=noor.organisation_id,
        goal=GOAL,
        message=MESSAGE,
        target_factors=["R-VRI-VRIJETIJD"],
    )
    assert answer.status_code == 422
    assert told in answer.text
    assert MESSAGE in answer.text


def test_an_organisation_without_any_offer_is_no_choice(
    at_work: AtWork, browse: Browse, cast: Cast, noor: Person
) -> None:
    case_id = build.a_case(cast, at_work)
    page = browse(cast.sanne).get(f"/zaken/{case_id}/inzet/nieuw?code={SPORT.code}").text
    assert "JEUGDHULP" not in page
    with at_work(cast.sanne), pytest.raises(Invalid, match="geen contract voor deze interventie"):
        interventions.assign_intervention(
            build.the_case(case_id),
            an_assignment(cast, provider_id=noor.organisation_id),
            today=build.TODAY,
        )


def test_the_worker_checks_exactly_what_the_provider_will_read(
    offers: Offers, at_work: AtWork, browse: Browse, cast: Cast, noor: Person, superuser: Engine
) -> None:
    offers()
    case_id = build.a_case(cast, at_work)
    path = f"/zaken/{case_id}/inzet/nieuw?code={SPORT.code}"
    given = {
        "provider": noor.organisation_id,
        "goal": GOAL,
        "message": MESSAGE,
        "target_factors": ["R-VRI-VRIJETIJD"],
    }
    checked = send(browse(cast.sanne), path, **given)
    with superuser.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM trajectory")).scalar_one() == 0
    for told in ("Yassin de Boer", "16 jaar", GOAL, MESSAGE, "JEUGDHULP"):
        assert told in checked.text
    assert "Geuzenveld" not in checked.text


def test_back_from_the_check_nothing_is_lost(
    offers: Offers, at_work: AtWork, browse: Browse, cast: Cast, noor: Person
) -> None:
    offers()
    case_id = build.a_case(cast, at_work)
    path, client = f"/zaken/{case_id}/inzet/nieuw?code={SPORT.code}", browse(cast.sanne)
    checked = send(
        client, path, provider=noor.organisation_id, goal=GOAL, message=MESSAGE,
        target_factors=["R-VRI-VRIJETIJD"],
    )  # fmt: skip
    form = read_form(checked.text)
    form["terug"] = "ja"
    back = client.post(path, data=form)
    again = read_form(back.text)
    assert back.status_code == 200
    assert again.getlist("target_factors") == ["R-VRI-VRIJETIJD"]
    assert again["provider"] == str(noor.organisation_id)
    assert GOAL in back.text
    assert MESSAGE in back.text


def test_the_same_intervention_is_not_referred_twice_at_a_time(
    asked: UUID, at_work: AtWork, browse: Browse, cast: Cast
) -> None:
    with at_work(cast.sanne):
        case_id = the_referral(asked).case_id
    answer = send(
        browse(cast.sanne),
        f"/zaken/{case_id}/inzet/nieuw?code={SPORT.code}",
        provider=cast.sanne.organisation_id,
        goal=GOAL,
        target_factors=["R-VRI-VRIJETIJD"],
    )
    assert answer.status_code == 422
    assert "Deze inzet is er al van" in answer.text


def test_an_intervention_nobody_offers_says_whom_to_ask(
    at_work: AtWork, browse: Browse, cast: Cast, superuser: Engine
) -> None:
    with superuser.begin() as connection:
        connection.execute(text("DELETE FROM offer"))
    case_id = build.a_case(cast, at_work)
    code = next(iter(INTERVENTIONS))
    page = browse(cast.sanne).get(f"/zaken/{case_id}/inzet/nieuw?code={code}").text
    assert "Geen aanbieder met een contract" in page
    assert 'name="goal"' not in page


def colleague(settings: Settings, person: Person, name: str) -> Person:
    """Give somebody else of the same organisation an account."""
    engine = create_engine(settings.owner_database_url)
    with Session(engine) as session:
        place = session.get_one(Organisation, (person.municipality_id, person.organisation_id))
        found = _employ(session, name, person.role, place)
        session.commit()
    engine.dispose()
    return found


def _say_yes(referral_id: UUID) -> object:
    return db.session.execute(
        text("SELECT * FROM pmg_answer_referral(:id, 1, 'aangenomen', current_date, NULL, NULL)"),
        {"id": referral_id},
    ).first()
