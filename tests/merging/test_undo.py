"""Taking two files apart again: as they were, by four eyes, within thirty days."""

import re
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import ProgrammingError

from pmg.cases.rules import Gender
from pmg.clock import now
from pmg.errors import Gone, Invalid
from pmg.journal import services as journal
from pmg.journal.answers import NewNote
from pmg.journal.rules import Kind, When
from pmg.merging import services
from pmg.merging.rules import Field
from pmg.security.encryption import keystore
from tests import acting, build
from tests.cast import Cast
from tests.merging.conftest import (
    OTHER_BORN,
    Browse,
    Files,
    merge,
    proposed,
    the_merge,
    undo,
    who,
)

WHY = "Het blijken toch twee neven te zijn."
PAGES = ("", "/gegevens", "/contact", "/factoren", "/plan", "/taken", "/documenten")
TOKENS = re.compile(r'<input[^>]*type="hidden"[^>]*>|name="[^"]*" value="[0-9a-f-]{36}"')
NAMES = st.sampled_from(["Yassin", "Ömer", "Noa", "Anna-Lena", "Éva", "D'Arcy"])
FAMILIES = st.sampled_from(["de Boer", "van 't Hoff", "El Amrani", "Jansen", "Øst"])
DAYS = st.dates(build.TODAY.replace(year=build.TODAY.year - 25), date(2015, 1, 1))
PEOPLE = st.fixed_dictionaries(
    {
        "given_name": NAMES,
        "family_name": FAMILIES,
        "birth_date": DAYS,
        "gender": st.sampled_from(Gender),
        "area": st.none() | st.sampled_from(["Osdorp", "Geuzenveld"]),
    }
)


def everything(cast: Cast, browse: Browse, files: Files) -> dict[tuple[str, str], str]:
    """All that every member reads of both files, without what is new on every page."""
    read = {}
    for person in (cast.sanne, cast.jaap, cast.bas, cast.fatma, cast.karim):
        client = browse(person)
        for case_id in (files.kept, files.lost):
            for page in PAGES:
                path = f"/zaken/{case_id}{page}"
                answer = client.get(path)
                main = answer.text.partition("<main")[2].partition("</main>")[0]
                read[person.name, path] = TOKENS.sub("", main) or str(answer.status_code)
    return read


def test_undone_by_two_people_it_is_as_it_was(
    cast: Cast, two: Files, browse: Browse, at_work: Any, superuser: Engine
) -> None:
    before = everything(cast, browse, two)
    merge_id = merge(cast, at_work, two.kept, two.lost, [Field.GIVEN_NAME, Field.BIRTH_DATE])
    assert everything(cast, browse, two) != before
    fatma, bas, path = browse(cast.fatma), browse(cast.bas), f"/samenvoegen/{merge_id}"
    assert acting.send(fatma, path, reason="Nee.").status_code == 422
    assert acting.send(fatma, path, reason=WHY).status_code == 302
    assert "Vragen om ongedaan" not in fatma.get(path).text
    assert WHY in bas.get(path).text
    done = acting.send(bas, path, answer="ja")
    assert "De dossiers zijn weer van twee jongeren." in bas.get(done.location).text
    assert everything(cast, browse, two) == before
    with superuser.connect() as connection:
        left = connection.execute(
            text(
                "SELECT (SELECT count(*) FROM youth_merge_image)"
                " + (SELECT count(*) FROM youth_merge WHERE shown_sealed IS NOT NULL)"
                " + (SELECT count(*) FROM youth WHERE person_id IS NOT NULL)"
            )
        ).scalar_one()
    assert left == 0


@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    PEOPLE, PEOPLE, st.sets(st.sampled_from(Field)), st.lists(st.booleans(), min_size=2, max_size=2)
)
def test_merge_and_undo_change_nothing_that_anyone_reads(
    cast: Cast,
    at_work: Any,
    browse: Browse,
    superuser: Engine,
    one: dict[str, Any],
    other: dict[str, Any],
    taken: set[Field],
    numbered: list[bool],
) -> None:
    with superuser.begin() as connection:
        connection.execute(text("UPDATE youth SET bsn_digest = NULL"))
    numbers = [
        number if wanted else None
        for number, wanted in zip((build.BSN, "111222333"), numbered, strict=True)
    ]
    files = Files(
        build.a_case(cast, at_work, by="bas", bsn=numbers[0], **one),
        build.a_case(cast, at_work, by="bas", bsn=numbers[1], **other),
    )
    acting.join(cast, at_work, files.lost, cast.karim)
    before = everything(cast, browse, files)
    with superuser.connect() as connection:
        rows = text(
            "SELECT y.bsn_sealed, y.bsn_digest, y.gender, y.person_id, c.age_at_referral"
            " FROM youth y JOIN case_file c ON c.youth_id = y.id WHERE c.id IN (:a, :b)"
            " ORDER BY c.id"
        )
        ids = {"a": files.kept, "b": files.lost}
        kept = connection.execute(rows, ids).all()
    merge_id = merge(cast, at_work, files.kept, files.lost, taken)
    undo(cast, at_work, merge_id)
    assert everything(cast, browse, files) == before
    with superuser.connect() as connection:
        assert connection.execute(rows, ids).all() == kept


def test_what_was_written_since_stays_in_its_case_and_a_correction_with_the_first(
    cast: Cast, two: Files, at_work: Any, browse: Browse
) -> None:
    merge_id = merge(cast, at_work, two.kept, two.lost)
    with at_work(cast.jaap) as reader:
        case = build.the_case(two.lost)
        journal.record_contact(
            case, NewNote(Kind.TALK, When.NOW, "Na het samenvoegen."), moment=now()
        )
        build.correct(reader, two.lost, family_name="Bakker")
    undo(cast, at_work, merge_id)
    with at_work(cast.sanne):
        assert who(build.the_case(two.kept))[1] == "Bakker"
    with at_work(cast.jaap):
        assert who(build.the_case(two.lost)) == ("Yasin", "Boer", OTHER_BORN, "Osdorp")
    assert "Na het samenvoegen." in browse(cast.jaap).get(f"/zaken/{two.lost}/contact").text


def test_who_asks_to_undo_does_not_decide(
    cast: Cast, two: Files, merged: UUID, at_work: Any
) -> None:
    with at_work(cast.bas):
        services.ask_undo(the_merge(merged), WHY)
        for act in (services.undo, services.keep_merged):
            with pytest.raises(Invalid, match="Iemand anders dan u"):
                act(the_merge(merged))
        services.withdraw(the_merge(merged))
        assert the_merge(merged).state == "samengevoegd"
        with pytest.raises(Invalid, match="al besloten"):
            services.undo(the_merge(merged))


def test_staying_one_can_be_asked_again(
    cast: Cast, two: Files, merged: UUID, at_work: Any, browse: Browse
) -> None:
    with at_work(cast.bas):
        services.ask_undo(the_merge(merged), WHY)
    fatma, path = browse(cast.fatma), f"/samenvoegen/{merged}"
    done = acting.send(fatma, path, answer="nee")
    assert "De dossiers zijn van één jongere." in fatma.get(done.location).text
    with at_work(cast.fatma):
        services.ask_undo(the_merge(merged), WHY)


@pytest.fixture
def chain(cast: Cast, at_work: Any, two: Files) -> tuple[UUID, UUID, UUID]:
    """A third file; the lost file took it up, and then the kept file took up both."""
    third = build.a_case(cast, at_work, given_name="Yas", family_name="Deboer")
    inner = merge(cast, at_work, two.lost, third)
    outer = merge(cast, at_work, two.kept, two.lost)
    return third, inner, outer


def test_three_files_are_one_person(
    cast: Cast, two: Files, chain: tuple[UUID, UUID, UUID], at_work: Any
) -> None:
    with at_work(cast.bas):
        read = {who(build.the_case(case_id)) for case_id in (two.kept, two.lost, chain[0])}
    assert read == {("Yassin", "de Boer", build.BORN, "Geuzenveld")}


def test_the_last_merge_is_undone_first(
    cast: Cast, two: Files, chain: tuple[UUID, UUID, UUID], at_work: Any
) -> None:
    third, inner, outer = chain
    with pytest.raises(Invalid, match="Maak eerst die samenvoeging"):
        undo(cast, at_work, inner)
    with at_work(cast.bas):
        assert len({who(build.the_case(one)) for one in (two.kept, two.lost, third)}) == 1
    undo(cast, at_work, outer)
    with at_work(cast.bas):
        assert who(build.the_case(two.kept))[0] == "Yassin"
        assert who(build.the_case(two.lost)) == who(build.the_case(third))
        assert who(build.the_case(third))[0] == "Yasin"
    with at_work(cast.fatma):
        services.undo(the_merge(inner))
    with at_work(cast.bas):
        assert who(build.the_case(third))[0] == "Yas"


def grow_old(superuser: Engine, merge_id: UUID) -> None:
    with superuser.begin() as connection:
        connection.execute(
            text("UPDATE youth_merge SET undo_until = now() - interval '1 minute' WHERE id = :id"),
            {"id": merge_id},
        )


def test_after_thirty_days_it_is_for_good_and_the_worker_erases_what_undoing_needed(
    cast: Cast,
    two: Files,
    merged: UUID,
    at_work: Any,
    superuser: Engine,
    browse: Browse,
    settings: Any,
) -> None:
    with superuser.connect() as connection:
        left = connection.execute(
            text("SELECT undo_until - decided_at FROM youth_merge")
        ).scalar_one()
    assert left == timedelta(days=30)
    grow_old(superuser, merged)
    page = browse(cast.bas).get(f"/samenvoegen/{merged}").text
    assert "Vragen om ongedaan" not in page
    with at_work(cast.bas), pytest.raises(Invalid, match="dertig dagen zijn voorbij"):
        services.ask_undo(the_merge(merged), WHY)
    worker = create_engine(settings.worker_database_url)
    with worker.begin() as connection:
        connection.execute(text("SELECT pmg_settle_merges()"))
    with worker.begin() as connection, pytest.raises(ProgrammingError, match="permission denied"):
        connection.execute(text("SELECT * FROM youth_merge"))
    worker.dispose()
    with superuser.connect() as connection:
        state, shown, images = connection.execute(
            text(
                "SELECT state, shown_sealed, (SELECT count(*) FROM youth_merge_image)"
                " FROM youth_merge"
            )
        ).one()
    assert (state, shown, images) == ("definitief", None, 0)
    page = browse(cast.bas).get(f"/samenvoegen/{merged}").text
    assert "niet meer ongedaan te maken" in page
    assert "Yasin<" not in page
    with at_work(cast.jaap):
        assert who(build.the_case(two.lost))[0] == "Yassin"  # they are still one


def test_asked_in_time_and_answered_too_late_is_late(
    cast: Cast, two: Files, merged: UUID, at_work: Any, superuser: Engine
) -> None:
    with at_work(cast.bas):
        services.ask_undo(the_merge(merged), WHY)
    grow_old(superuser, merged)
    with at_work(cast.fatma), pytest.raises(Invalid, match="dertig dagen zijn voorbij"):
        services.undo(the_merge(merged))


def test_an_old_proposal_is_withdrawn_by_itself(
    cast: Cast, two: Files, at_work: Any, superuser: Engine
) -> None:
    with at_work(cast.fatma):
        merge_id = proposed(two.kept, two.lost)
    with superuser.begin() as connection:
        connection.execute(
            text("UPDATE youth_merge SET proposed_at = proposed_at - interval '31 days'")
        )
        connection.execute(text("SELECT pmg_settle_merges()"))
    with at_work(cast.bas):
        assert the_merge(merge_id).state == "ingetrokken"


def test_without_its_keys_nothing_of_either_file_opens(
    cast: Cast, two: Files, merged: UUID, at_work: Any, superuser: Engine
) -> None:
    """The keys of a person are those of every row that is him: all go, and with them both files."""
    with superuser.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT y.id FROM youth y JOIN case_file c ON c.id = :case"
                " JOIN youth mine ON mine.id = c.youth_id"
                " WHERE coalesce(y.person_id, y.id) = coalesce(mine.person_id, mine.id)"
            ),
            {"case": two.kept},
        )
        ids = [row.id for row in rows]
    assert len(ids) == 2
    with at_work(cast.bas):
        keystore().shred_all("GM0363", ids)
    with at_work(cast.bas):
        for case_id in (two.kept, two.lost):
            case = build.the_case(case_id)
            with pytest.raises(Gone):
                _ = case.youth.given_name
        row = the_merge(merged)
        for name in ("merge_reason", "both_files"):
            with pytest.raises(Gone):
                getattr(row, name)


@pytest.mark.parametrize("side", ["kept", "lost"])
def test_without_the_key_of_one_what_was_said_of_both_does_not_open(
    cast: Cast, two: Files, merged: UUID, at_work: Any, side: str
) -> None:
    with at_work(cast.bas):
        row = the_merge(merged)
        keystore().shred("GM0363", getattr(row, f"{side}_youth_id"))
    with at_work(cast.bas), pytest.raises(Gone):
        _ = the_merge(merged).both_files
