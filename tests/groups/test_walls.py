"""Who does not take part finds nothing of a group approach, by whatever way he asks."""

from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from pmg.errors import Gone, NotPermitted
from pmg.extensions import db
from pmg.groups import seats, services
from pmg.groups.models import GroupSeat
from pmg.groups.rules import Removal, Who
from pmg.security.encryption import keystore
from tests import build
from tests.acting import read_form, send
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.groups.conftest import (
    AGREEMENT,
    NAME,
    OURS,
    PLACE,
    SEEN,
    Browse,
    a_group,
    agreed,
    observed,
    the_group,
    the_observation,
)
from tests.promises.test_p04_stolen_database import encodings, everything

MUNICIPALITY = "GM0363"
PAGES = ("", "/stap", "/waarneming", "/beeld", "/afspraak", "/deelnemers", "/wijzigen")
MORE_PAGES = ("/aanmelden", "/afsluiten")


def seat_of(superuser: Engine, group_id: UUID, person: Person) -> UUID:
    with superuser.connect() as connection:
        return UUID(
            str(
                connection.execute(
                    text("SELECT id FROM group_seat WHERE group_id = :g AND user_id = :u"),
                    {"g": group_id, "u": person.id},
                ).scalar_one()
            )
        )


def finds_nothing(client: FlaskClient, path: str, known: UUID) -> bool:
    """Tell whether an address answers as it does for an id that does not exist."""
    unknown = str(uuid4())
    found, wrong = client.get(path), client.get(path.replace(str(known), unknown))
    same = found.text.replace(str(known), unknown) == wrong.text
    return found.status_code == 404 and same


def test_strangers_and_other_municipalities_find_what_a_wrong_id_shows(
    cast: Cast, at_work: AtWork, browse: Browse
) -> None:
    group_id = a_group(cast, at_work, cast.karim)
    seen_id = observed(at_work, cast.karim, group_id)
    agreement_id = agreed(cast, at_work, group_id, cast.karim)
    addresses = [(f"/groepsaanpak/{group_id}{page}", group_id) for page in PAGES + MORE_PAGES]
    addresses += [
        (f"/groepsaanpak/waarneming/{seen_id}/weghalen", seen_id),
        (f"/groepsaanpak/afspraak/{agreement_id}", agreement_id),
    ]
    for who in (cast.jaap, cast.bas, cast.els, cast.ad, cast.mo, cast.other_director):
        client = browse(who)
        assert [path for path, id_ in addresses if not finds_nothing(client, path, id_)] == []
        assert NAME not in client.get("/groepsaanpak").text


def test_a_seat_that_ended_gives_nothing_any_more(
    cast: Cast, at_work: AtWork, browse: Browse, superuser: Engine
) -> None:
    group_id = a_group(cast, at_work, cast.karim)
    agreement_id = agreed(cast, at_work, group_id, cast.karim)
    karim, fatma = browse(cast.karim), browse(cast.fatma)
    assert karim.get(f"/groepsaanpak/{group_id}").status_code == 200
    seat_id = seat_of(superuser, group_id, cast.karim)
    token = read_form(fatma.get(f"/groepsaanpak/{group_id}/deelnemers").text)["csrf_token"]
    fatma.post(f"/groepsaanpak/deelnemer/{seat_id}/einde", data={"csrf_token": token})
    for path in (f"/groepsaanpak/{group_id}", f"/groepsaanpak/{group_id}/waarneming"):
        assert finds_nothing(karim, path, group_id)
    assert finds_nothing(karim, f"/groepsaanpak/afspraak/{agreement_id}", agreement_id)
    assert NAME not in karim.get("/groepsaanpak").text
    assert AGREEMENT not in karim.get("/vandaag?deel=groepsaanpak").text


def test_the_last_who_leads_stays(cast: Cast, at_work: AtWork, superuser: Engine) -> None:
    group_id = a_group(cast, at_work, cast.karim)
    seat_id = seat_of(superuser, group_id, cast.fatma)
    with at_work(cast.fatma):
        seat = db.session.get_one(GroupSeat, (MUNICIPALITY, seat_id))
        with pytest.raises(Exception, match="regie houden"):
            seats.end_seat(seat)


def test_a_seat_counts_only_while_its_holder_has_the_role(
    cast: Cast, at_work: AtWork, browse: Browse, superuser: Engine
) -> None:
    group_id = a_group(cast, at_work, cast.karim)
    with superuser.begin() as connection:
        connection.execute(
            text("UPDATE role_grant SET valid_until = now() WHERE user_id = :id"),
            {"id": cast.karim.id},
        )
    assert browse(cast.karim).get(f"/groepsaanpak/{group_id}").status_code == 404


def test_below_the_pages_the_same_walls_stand(cast: Cast, at_work: AtWork) -> None:
    group_id = a_group(cast, at_work, cast.karim, cast.sanne)
    seen_id = observed(at_work, cast.karim, group_id)
    with at_work(cast.sanne):
        group, seen = the_group(group_id), the_observation(seen_id)
        for verb in (
            lambda: seats.give_seat(group, cast.jaap.id),
            lambda: services.remove(seen, Removal.WRONG),
            lambda: services.change(group, None, version=1, today=build.TODAY),  # type: ignore[arg-type]
        ):
            with pytest.raises(NotPermitted):
                verb()
    with at_work(cast.karim), pytest.raises(NotPermitted):  # a partner does not refer
        services.transfer(the_group(group_id), today=build.TODAY)


SEAT = (
    "INSERT INTO group_seat (municipality_id, id, group_id, user_id, function, valid_from,"
    " granted_by) VALUES ('GM0363', gen_random_uuid(), :group, :me, :role, now(), :me)"
)
BEGUN = (
    "INSERT INTO group_transfer (municipality_id, id, group_id, by_id, on_day)"
    " VALUES ('GM0363', gen_random_uuid(), :group, :karim, now())"
)


@pytest.mark.parametrize(
    "statement",
    [
        SEAT,
        BEGUN,
        "UPDATE group_observation SET words_sealed = 'x' WHERE id = :seen",
        "UPDATE group_observation SET by_id = :me WHERE id = :seen",
        "DELETE FROM group_observation WHERE id = :seen",
    ],
)
def test_an_injected_statement_meets_the_wall_of_the_rows(
    cast: Cast, at_work: AtWork, statement: str
) -> None:
    group_id = a_group(cast, at_work, cast.karim)
    given = {
        "group": group_id,
        "seen": observed(at_work, cast.karim, group_id),
        "me": cast.jaap.id,
        "role": cast.jaap.role,
        "karim": cast.karim.id,
    }
    with at_work(cast.jaap):
        try:
            rows = db.session.execute(text(statement), given).rowcount  # type: ignore[attr-defined]
        except DBAPIError:
            rows = 0
        db.session.rollback()
    assert rows == 0


def test_who_steals_the_database_reads_nothing_of_it(
    cast: Cast, at_work: AtWork, superuser: Engine
) -> None:
    group_id = a_group(cast, at_work, cast.karim)
    observed(at_work, cast.karim, group_id)
    agreed(cast, at_work, group_id, cast.karim)
    with at_work(cast.karim):
        services.draw(the_group(group_id), OURS, who=Who.ALL, version=0)
    stolen = everything(superuser)
    for words in (NAME, PLACE, SEEN, OURS, AGREEMENT):
        assert not any(form in stolen for form in encodings(words)), words


def test_without_its_key_nothing_of_a_group_opens(
    cast: Cast, at_work: AtWork, browse: Browse
) -> None:
    group_id = a_group(cast, at_work)
    keystore_of(at_work, cast, group_id)
    assert browse(cast.fatma).get(f"/groepsaanpak/{group_id}").status_code == 404
    with at_work(cast.fatma), pytest.raises(Gone):
        _ = the_group(group_id).name


def keystore_of(at_work: AtWork, cast: Cast, group_id: UUID) -> None:
    with at_work(cast.fatma):
        assert keystore().shred(MUNICIPALITY, group_id)


def test_who_looked_stands_in_the_log_with_no_youth(
    app: Flask, cast: Cast, at_work: AtWork, browse: Browse, superuser: Engine
) -> None:
    group_id = a_group(cast, at_work, cast.karim)
    client = browse(cast.karim)
    client.get(f"/groepsaanpak/{group_id}")
    send(client, f"/groepsaanpak/{group_id}/beeld", words=OURS, shared="eigen")
    browse(cast.jaap).get(f"/groepsaanpak/{group_id}")
    with superuser.connect() as connection:
        events = connection.execute(
            text(
                "SELECT e.user_id, e.action, e.outcome, e.case_id, s.youth_id FROM audit_event e"
                " LEFT JOIN audit_subject s ON s.event_id = e.id"
                " WHERE e.address LIKE :address ORDER BY e.at"
            ),
            {"address": f"/groepsaanpak/{group_id}%"},
        ).all()
    assert {(row.user_id, row.action, row.outcome) for row in events} == {
        (cast.karim.id, "group:show", "allowed"),
        (cast.karim.id, "group:write", "allowed"),
        (cast.jaap.id, "group:show", "denied"),
    }
    assert {(row.case_id, row.youth_id) for row in events} == {(None, None)}
