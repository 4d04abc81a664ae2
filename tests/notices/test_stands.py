"""A message stands as long as its reader has the ground for it, of every kind there is.

Else the mail says that there is news, and the link leads to a page that does not exist for him.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine, text

from config import Settings
from pmg.clock import now
from pmg.delivery import resting
from pmg.delivery import services as delivery
from pmg.delivery.answers import Rest
from pmg.delivery.rules import PauseReason
from pmg.documents import bench
from pmg.documents import services as documents
from pmg.documents.bench import Prepared
from pmg.documents.rules import Kind as FileKind
from pmg.documents.services import Added
from pmg.extensions import db
from pmg.factors import services as factors
from pmg.interventions import services as interventions
from pmg.journal import planning
from pmg.journal import services as journal
from pmg.journal.answers import NewNote
from pmg.journal.rules import Kind as Contact
from pmg.journal.rules import When
from pmg.meetings import proposing, running
from pmg.meetings.answers import Proposal
from pmg.notices import queries
from pmg.providers import referring, services
from pmg.reports.models import ReportDraft
from pmg.security.policy import Category
from pmg.security.telling import Kind
from pmg.sharing import known
from pmg.tasks import services as tasks
from pmg.teams import services as teams
from pmg.triage.rules import Feedback, ToWhom
from tests import acting, build
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.delivery import test_provided as provided
from tests.delivery.conftest import a_dosage, the_plan, the_trajectory
from tests.documents.files import HOUSE
from tests.factors.conftest import ARRESTED, seen
from tests.groups.conftest import a_group
from tests.interventions.conftest import SPORT, an_assignment
from tests.journal.test_plan import plan
from tests.journal.test_tell import mailed
from tests.meetings.conftest import (
    QUESTION,
    a_minute,
    a_series,
    an_item,
    the_item,
    the_meeting,
)
from tests.merging.conftest import proposed
from tests.providers.conftest import TERMS
from tests.reports.conftest import ask
from tests.tasks.conftest import a_task

Browse = Callable[[Person], FlaskClient]


@dataclass(frozen=True, slots=True)
class Ground:
    """One message with what its reader has to open it, and how he loses that."""

    kind: Kind
    person: Person
    case_id: UUID | None
    item_id: UUID | None
    lost: tuple[str, ...]


# How a ground is lost; :user, :item and :case are those of the message.
SEAT = "UPDATE case_member SET valid_until = now() WHERE user_id = :user AND case_id = :case"
SEATS = "UPDATE case_member SET valid_until = now() WHERE user_id = :user"
ROLE = "UPDATE role_grant SET valid_until = now() WHERE user_id = :user"
MOVED = (
    "UPDATE user_account SET organisation_id = (SELECT id FROM organisation"
    " WHERE municipality_id = 'GM0363' AND partner_code = 'GEM-OOV') WHERE id = :user"
)
UNSHARED = "UPDATE share SET ended_at = now(), ended_by = decided_by WHERE item_id = :item"
CLOSED = (
    "UPDATE case_file SET referred_on = current_date - 9, triaged_on = current_date - 8,"
    " closed_on = current_date - 2, close_result = 'positief' WHERE id = {case}"
)
OVER = (
    "UPDATE trajectory SET ended_on = coalesce(started_on, current_date), ending = 'gestopt',"
    " end_reason = 'anders' WHERE id = {trajectory}"
)
CONFLICT = (
    "INSERT INTO item_conflict (municipality_id, id, case_id, youth_id, item_id, user_id, at)"
    " SELECT municipality_id, gen_random_uuid(), case_id, youth_id, id, :user, now()"
    " FROM agenda_item WHERE id = :item"
)
UNINVITED = "DELETE FROM item_invitee WHERE item_id = :item AND user_id = :user"
CONFIRMED = (
    "INSERT INTO item_confirmation (municipality_id, id, case_id, youth_id, item_id, user_id,"
    " seen_version, at) SELECT municipality_id, gen_random_uuid(), case_id, youth_id, item_id,"
    " :user, version, now() FROM item_minutes WHERE item_id = :item"
)
FIXED = (
    "INSERT INTO item_record (municipality_id, id, case_id, youth_id, item_id, content_sealed,"
    " digest, approved_by, approved_at) SELECT municipality_id, gen_random_uuid(), case_id,"
    " youth_id, item_id, 'x', repeat('a', 64), by_id, now() FROM item_minutes WHERE item_id = :item"
)
REMARKED = (
    "INSERT INTO item_remark (municipality_id, id, case_id, youth_id, item_id, by_id, words_sealed,"
    " at) SELECT municipality_id, gen_random_uuid(), case_id, youth_id, item_id, :user, 'x', now()"
    " FROM item_minutes WHERE item_id = :item"
)
UNDECIDED = "UPDATE item_minutes SET outcome = NULL WHERE item_id = :item"
OFF = (
    "UPDATE meeting m SET state = 'vervallen' FROM agenda_item i"
    " WHERE i.id = :item AND m.id = i.meeting_id"
)
UNPLACED = "UPDATE agenda_item SET state = 'voorgesteld' WHERE id = :item"


@pytest.fixture
def grounds(
    cast: Cast,
    at_work: AtWork,
    settings: Settings,
    superuser: Engine,
    monkeypatch: pytest.MonkeyPatch,
) -> list[Ground]:
    """Every kind of message once, each with its ground; those of a delivery on both sides."""
    noor = acting.hire_partner(settings.owner_database_url, "noor", "JEUGDHULP")
    case_id = build.a_case(cast, at_work)
    care = acting.hire_partner(settings.owner_database_url, "ruben", "GGZ")
    acting.join(cast, at_work, case_id, cast.karim, care)
    monkeypatch.setattr(bench, "prepare", lambda _file: Prepared(FileKind.PDF, b"x", (b"y",)))
    given: list[Ground] = [
        *_of_case(cast, at_work, case_id),
        *_of_sharing(cast, at_work, case_id, care),
        *_of_provider(cast, at_work, case_id, noor),
        *_of_meeting(cast, at_work, case_id),
        *_of_others(cast, at_work),
    ]
    with superuser.begin() as connection:
        connection.execute(text("DELETE FROM notice"))
        connection.execute(text("DELETE FROM outbox_mail"))
        for one in given:
            connection.execute(
                text(
                    "INSERT INTO notice (municipality_id, id, user_id, kind, case_id, item_id, at)"
                    " VALUES ('GM0363', gen_random_uuid(), :user, :kind, :case, :item, now())"
                ),
                {"kind": one.kind.value, **_bound(one)},
            )
    return given


def _bound(one: Ground) -> dict[str, UUID | None]:
    return {"user": one.person.id, "case": one.case_id, "item": one.item_id}


def _of_case(cast: Cast, at_work: AtWork, case_id: UUID) -> Iterator[Ground]:
    for kind, person in (
        (Kind.DECIDED, cast.sanne),
        (Kind.SEATED, cast.bas),
        (Kind.CLOSED, cast.bas),
        (Kind.TAKEN_OVER, cast.bas),
        (Kind.REPLIED, cast.sanne),
        (Kind.DISPUTED, cast.sanne),
        (Kind.REVIEW_DUE, cast.bas),
    ):
        yield Ground(kind, person, case_id, None, (SEAT, ROLE))
    with at_work(cast.sanne):
        case = build.the_case(case_id)
        task_id = tasks.give_task(case, a_task(cast.bas), today=build.TODAY).id
        met = planning.plan_appointment(case, plan(), moment=now(), seen="").id
    for kind in (Kind.TASK_GIVEN, Kind.TASK_ANSWERED, Kind.TASK_DONE, Kind.TASK_DUE):
        yield Ground(kind, cast.bas, case_id, task_id, (SEAT, ROLE))
    gone = "DELETE FROM appointment WHERE id = :item"
    yield Ground(Kind.APPOINTMENT_CHANGED, cast.sanne, case_id, met, (SEAT, ROLE, gone))
    with at_work(cast.sanne):
        gift = teams.Gift(cast.jaap.id, build.TODAY + timedelta(days=5), "Bel zijn moeder.")
        given = teams.hand_over(build.the_case(case_id), gift, today=build.TODAY).id
    gone = "DELETE FROM handover WHERE id = :item"
    yield Ground(Kind.HANDED_OVER, cast.jaap, case_id, given, (SEAT, ROLE, gone))


def _of_sharing(cast: Cast, at_work: AtWork, case_id: UUID, care: Person) -> Iterator[Ground]:
    note = NewNote(Contact.TALK, When.NOW, "Hij wil weer naar school.", is_private=False)
    brief = Added("Brief", Category.JOURNAL, b"%PDF-")
    with at_work(cast.sanne):
        case = build.the_case(case_id)
        written = [journal.record_contact(case, note, moment=now()) for _turn in range(2)]
        added = documents.add_document(case, brief, HOUSE, today=build.TODAY)
        for row in (*written, added):
            build.share(row, care.organisation_id)
        ids = [row.id for row in (*written, added)]
        question = known.ask(
            case,
            known.Question(cast.karim.organisation_id, "VOORKOMEN", "JEUGDWET", "Voor het plan."),
            today=build.TODAY,
        ).id
    with at_work(cast.karim):
        saw = factors.observe_factor(build.the_case(case_id), seen(ARRESTED), today=build.TODAY)
        build.share(saw, cast.bas.organisation_id)
        saw_id = saw.id
    lost = (SEAT, ROLE, UNSHARED, MOVED, CLOSED.format(case=":case"))
    shared = (Kind.NOTE_SHARED, Kind.SHARED_CORRECTED, Kind.DOCUMENT_SHARED)
    for kind, id_ in zip(shared, ids, strict=True):
        yield Ground(kind, care, case_id, id_, lost)
    yield Ground(Kind.FACTOR_SHARED, cast.bas, case_id, saw_id, lost)
    gone = "UPDATE known_question SET gone_at = now() WHERE id = :item"
    done = (
        "UPDATE known_question SET answer = 'bekend', answered_by = :user, answered_at = now()"
        " WHERE id = :item"
    )
    yield Ground(Kind.KNOWN_ASKED, cast.karim, case_id, question, (SEAT, ROLE, gone, done))
    yield Ground(Kind.KNOWN_ANSWERED, cast.sanne, case_id, question, (SEAT, ROLE, gone))


def _of_provider(cast: Cast, at_work: AtWork, case_id: UUID, noor: Person) -> Iterator[Ground]:
    with at_work(cast.els):
        terms = replace(TERMS, places=9)
        services.make_offer(noor.organisation_id, SPORT.code, terms, reason="nieuw contract")
    asked, trajectory_id = _referred(cast, at_work, build.a_case(cast, at_work), noor)
    done = (
        "UPDATE provider_referral SET answer = 'wachtlijst', answered_by = :user,"
        " answered_at = now() WHERE id = :item"
    )
    over = OVER.format(trajectory=f"'{trajectory_id}'")
    yield Ground(Kind.PROVIDER_ASKED, noor, None, asked, (ROLE, MOVED, over, done))
    yield Ground(Kind.PROVIDER_OVER, noor, None, asked, (ROLE,))
    referral_id, trajectory_id = _referred(cast, at_work, case_id, noor)
    provided.begin(referral_id, at_work, cast, noor)
    for kind in (Kind.PROVIDER_ANSWERED, Kind.PROVIDER_MET):
        yield Ground(kind, cast.sanne, case_id, trajectory_id, (SEAT, ROLE))
    over, closed = OVER.format(trajectory=":item"), CLOSED.format(case=":case")
    for kind in (Kind.DOSAGE_JUDGED, Kind.CONCERN, Kind.PAUSE_JUDGED, Kind.DELIVERY_OVER):
        yield Ground(kind, cast.bas, case_id, trajectory_id, (SEAT, ROLE))
        yield Ground(kind, noor, case_id, trajectory_id, (ROLE, MOVED, over, closed))
    with at_work(noor):
        trajectory = the_trajectory(trajectory_id)
        wanted = a_dosage(from_on=build.TODAY, until_on=build.TODAY + timedelta(weeks=8))
        delivery.write_goal(trajectory, wanted, today=build.TODAY)
        db.session.flush()
        plan = the_plan(trajectory_id)
        delivery.submit_plan(plan, plan.version, today=build.TODAY)
        rest = Rest(build.TODAY + timedelta(days=9), PauseReason.HOLIDAY, "")
        resting.ask_pause(trajectory, rest, today=build.TODAY)
    back = "UPDATE dosage_plan SET state = 'concept' WHERE trajectory_id = :item"
    yield Ground(Kind.DOSAGE_WAITS, cast.bas, case_id, trajectory_id, (SEAT, ROLE, over, back))
    denied = (
        "INSERT INTO delivery_event (municipality_id, id, case_id, youth_id, trajectory_id, step,"
        " by_id, at, words_sealed) SELECT municipality_id, gen_random_uuid(), case_id, youth_id,"
        " id, 'pauze_afgewezen', :user, now(), 'x' FROM trajectory WHERE id = :item"
    )
    yield Ground(Kind.PAUSE_ASKED, cast.bas, case_id, trajectory_id, (SEAT, ROLE, over, denied))


def _referred(cast: Cast, at_work: AtWork, case_id: UUID, noor: Person) -> tuple[UUID, UUID]:
    """Sanne refers the youth of a case to the organisation of Noor."""
    with at_work(cast.sanne):
        row = interventions.assign_intervention(
            build.the_case(case_id),
            an_assignment(cast, provider_id=noor.organisation_id),
            today=build.TODAY,
        )
        referral = referring.of_trajectory(row.id)
        assert referral is not None
        return referral.id, row.id


def _of_meeting(cast: Cast, at_work: AtWork, case_id: UUID) -> Iterator[Ground]:
    meeting_id = a_series(cast, at_work)
    item_id = an_item(cast, at_work, case_id, meeting_id, cast.karim)
    with at_work(cast.sanne):
        wanted = Proposal(meeting_id, QUESTION, 10, (cast.sanne.id,))
        proposal = proposing.propose_item(build.the_case(case_id), wanted, today=build.TODAY).id
    placed = "UPDATE agenda_item SET state = 'geagendeerd' WHERE id = :item"
    lost = (SEAT, ROLE, CONFLICT)
    yield Ground(Kind.ITEM_PROPOSED, cast.fatma, case_id, proposal, (*lost, placed, OFF))
    for kind in (Kind.ITEM_CONFLICT, Kind.ITEM_REMARKED):
        yield Ground(kind, cast.fatma, case_id, item_id, lost)
    yield Ground(Kind.ITEM_ANSWERED, cast.sanne, case_id, item_id, lost)
    lost = (*lost, UNINVITED, UNPLACED)
    yield Ground(Kind.ITEM_INVITED, cast.karim, case_id, item_id, lost)
    for kind in (Kind.ITEM_CONTRIBUTED, Kind.ITEM_READERS):
        yield Ground(kind, cast.karim, case_id, item_id, lost)
    with at_work(cast.fatma):
        running.open_meeting(the_meeting(meeting_id), today=build.TODAY)
        running.begin_item(the_item(item_id))
        running.write_minutes(the_item(item_id), a_minute(), today=build.TODAY)
        running.close_meeting(the_meeting(meeting_id))
    yield Ground(
        Kind.ITEM_AGREED,
        cast.karim,
        case_id,
        item_id,
        (*lost, CONFIRMED, REMARKED, UNDECIDED, FIXED),
    )


def _of_others(cast: Cast, at_work: AtWork) -> Iterator[Ground]:
    kept = build.a_case(cast, at_work, given_name="Noor")
    lost = build.a_case(cast, at_work, given_name="Nora", by="jaap")
    with at_work(cast.fatma):
        merge_id = proposed(kept, lost)
    over = "UPDATE youth_merge SET state = 'ingetrokken' WHERE id = :item"
    yield Ground(Kind.MERGE_ASKED, cast.bas, kept, merge_id, (SEATS, ROLE, over))
    yield Ground(Kind.MERGE_DECIDED, cast.bas, kept, merge_id, (SEATS, ROLE))
    waits = build.a_referral(cast, at_work, given_name="Lina")
    judged = "UPDATE case_file SET triaged_on = referred_on, triage_outcome = 'afwijzen'"
    judged += " WHERE id = :case"
    yield Ground(Kind.REFERRED, cast.fatma, waits, None, (SEAT, ROLE, judged))
    declined = build.a_referral(cast, at_work, given_name="Daan", by="jaap")
    told = acting.decided(cast, at_work, declined, Feedback(ToWhom.ENTERED))
    lost_seat = (ROLE, "DELETE FROM referral_feedback WHERE id = :item")
    yield Ground(Kind.FEEDBACK, cast.jaap, None, told, lost_seat)
    group_id = a_group(cast, at_work, cast.sanne)
    for kind in (Kind.GROUP_SEATED, Kind.GROUP_AGREED):
        left = "UPDATE group_seat SET valid_until = now() WHERE group_id = :item"
        gone = "DELETE FROM group_approach WHERE id = :item"
        yield Ground(kind, cast.sanne, None, group_id, (ROLE, left, gone))
    draft: ReportDraft | None = ask(at_work, cast.els).draft
    assert draft is not None
    with at_work(cast.els):
        draft_id = db.session.merge(draft).id
    gone = "DELETE FROM report_draft WHERE id = :item"
    judged = (
        "UPDATE report_draft SET state = 'ingetrokken', decided_by = made_by, decided_at = now(),"
        " counted_sealed = NULL WHERE id = :item"
    )
    yield Ground(Kind.REPORT_WAITS, cast.dewi, None, draft_id, (ROLE, gone, judged))
    yield Ground(Kind.REPORT_JUDGED, cast.els, None, draft_id, (ROLE, gone))


def stands(connection: Connection, one: Ground) -> bool:
    asked = text("SELECT pmg_notice_stands('GM0363', :user, :kind, :case, :item)")
    found = connection.execute(asked, {"kind": one.kind.value, **_bound(one)}).scalar_one()
    return found is True


def everyone(grounds: list[Ground]) -> list[Person]:
    return list({one.person.id: one.person for one in grounds}.values())


def test_every_kind_has_a_ground_here(grounds: list[Ground]) -> None:
    """A new kind without a rule is shown to nobody: give it one, and an example above."""
    assert {one.kind for one in grounds} == set(Kind)


def test_with_its_ground_a_message_is_shown_counted_and_mailed_and_its_link_opens(
    grounds: list[Ground], at_work: AtWork, browse: Browse, superuser: Engine
) -> None:
    for person in everyone(grounds):
        mine = sorted(one.kind for one in grounds if one.person == person)
        with at_work(person):
            shown = queries.messages().messages
            assert sorted(message.kind for message in shown) == mine, person.name
            assert sorted(message.kind for message in queries.unread()) == mine
        client = browse(person)
        for message in shown:
            page = client.get(f"/berichten/{message.id}", follow_redirects=True)
            assert page.status_code == 200, (person.name, message.kind)
    with superuser.begin() as connection:
        connection.execute(text("UPDATE notice SET read_at = NULL"))
    assert mailed(superuser) == {person.id for person in everyone(grounds)}


def test_of_every_kind_each_way_to_lose_the_ground_takes_the_message_away(
    grounds: list[Ground], superuser: Engine
) -> None:
    with superuser.connect() as connection:
        for one in grounds:
            for lost in one.lost:
                assert stands(connection, one), one.kind
                before = connection.begin_nested()
                changed = connection.execute(text(lost), _bound(one))
                assert changed.rowcount, (one.kind, lost)
                assert not stands(connection, one), (one.kind, lost)
                before.rollback()


def test_without_ground_nothing_is_shown_counted_or_mailed(
    grounds: list[Ground], at_work: AtWork, browse: Browse, superuser: Engine
) -> None:
    ids = {}
    for person in everyone(grounds):
        with at_work(person):
            ids[person.id] = [message.id for message in queries.messages().messages]
    with superuser.begin() as connection:
        connection.execute(text("UPDATE role_grant SET valid_until = now()"))
        connection.execute(
            text(
                "INSERT INTO role_grant (municipality_id, id, user_id, role, granted_by,"
                " approved_by, valid_from) SELECT 'GM0363', gen_random_uuid(), id,"
                " 'functional_administrator', gen_random_uuid(), gen_random_uuid(), now()"
                " FROM user_account WHERE municipality_id = 'GM0363'"
            )
        )
    for person in everyone(grounds):
        with at_work(person):
            assert queries.messages().messages == []
            assert queries.unread() == []
        client = browse(person)
        for id_ in ids[person.id]:
            assert client.get(f"/berichten/{id_}").status_code == 404
    assert mailed(superuser) == set()


def test_a_message_of_an_item_stands_for_whom_the_item_exists(
    grounds: list[Ground], cast: Cast, at_work: AtWork, superuser: Engine
) -> None:
    """The mail knows no session: what it asks of items says what row security says of them."""
    (of_item,) = {(one.case_id, one.item_id) for one in grounds if one.kind is Kind.ITEM_INVITED}
    for spoilt in ("", UNPLACED, UNINVITED, CONFLICT, SEAT):
        for person in cast.everyone():
            if person.municipality_id != "GM0363":
                continue
            one = Ground(Kind.ITEM_INVITED, person, *of_item, ())
            if spoilt and person == cast.karim:
                with superuser.begin() as connection:
                    connection.execute(text(spoilt), _bound(one))
            with at_work(person):
                mine = db.session.scalars(text("SELECT pmg_my_agenda_items()")).all()
            with superuser.connect() as connection:
                assert stands(connection, one) == (one.item_id in mine), (person.name, spoilt)
