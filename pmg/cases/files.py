"""Opens the files of new cases, one or thousands at once, in the order that row security asks.

Keys first, then youth and case, then one's own seat: only then does the case exist for its maker,
and the rows under it may follow. Rows go in many at a time, because the database weighs the
seats of the writer once for each statement.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, func, insert, literal, select, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError

from pmg.cases import rules
from pmg.cases.intake import Details, Intake
from pmg.cases.models import Case, CaseCounter, Referral, TriageDecision, Youth
from pmg.clock import now
from pmg.errors import Invalid
from pmg.extensions import Model, db
from pmg.security import access, encryption
from pmg.security.identity import CaseMember
from pmg.security.policy import Role
from pmg.texts import to_translate

ROWS_A_STATEMENT = 1000
BSN_TAKEN = to_translate("Dit BSN hoort bij een jongere die al bekend is. Kijk het nummer na.")


@dataclass(frozen=True, slots=True)
class Seats:
    """Who takes part from the start: the one who refers, and who decides on it."""

    own: Role
    deciders: Sequence[UUID]


def bsn_digest(bsn: str) -> bytes:
    """Return what a citizen service number is found by."""
    return encryption.digest("bsn", bsn)


def write_details(youth: Youth, details: Details) -> None:
    """Put who somebody is into his row; the citizen service number only when it is given."""
    youth.given_name = details.given_name
    youth.family_name = details.family_name
    youth.birth_date = details.birth_date
    youth.gender = details.gender
    youth.area = details.area
    if details.bsn:
        youth.bsn = details.bsn
        youth.bsn_digest = bsn_digest(details.bsn)


def write_ground(case: Case, details: Details) -> None:
    """Put the ground of the case, and the age that follows from the birth date, into its row."""
    case.focus_area_code, case.purpose = details.focus_area_code, details.purpose
    case.legal_basis = details.legal_basis
    case.age_at_referral = rules.age_on(details.birth_date, case.referred_on)
    case.updated_at = now()


def details_of(case: Case, youth: Youth) -> Details:
    """Return what is kept now, but for the citizen service number, which is revealed apart."""
    return Details(
        given_name=youth.given_name,
        family_name=youth.family_name,
        birth_date=youth.birth_date,
        gender=rules.Gender(youth.gender),
        bsn=None,
        area=youth.area,
        focus_area_code=case.focus_area_code,
        purpose=case.purpose,
        legal_basis=case.legal_basis,
    )


def mark_of(case: Case, youth: Youth) -> str:
    """Return the mark of these details: another mark means that a colleague changed them.

    Not the version of the case: that moves with every observation under it.
    """
    return f"{youth.version}.{case.focus_area_code}.{case.purpose}.{case.legal_basis}"


def open_files(intakes: Sequence[Intake], seats: Seats, *, today: date) -> list[Case]:
    """Make a youth, a case with its number, seats and a referral for each; return the cases.

    A case that was decided on before goes to its director, others to who decides. They are not
    bound to the session. Raises Invalid('bsn') when a number is known.
    """
    youth_ids = [uuid4() for _ in intakes]
    encryption.create_keys(youth_ids)
    youths = [_youth(intake, key) for intake, key in zip(intakes, youth_ids, strict=True)]
    numbers = _numbers(len(intakes), year=today.year)
    cases = [
        _case(intake, key, number)
        for intake, key, number in zip(intakes, youth_ids, numbers, strict=True)
    ]
    try:
        insert_rows(Youth, youths)
    except IntegrityError as fault:
        raise Invalid("bsn", BSN_TAKEN) from fault
    insert_rows(Case, cases)
    reader = access.reader().user_id
    insert_rows(CaseMember, [_member(case, reader, seats.own) for case in cases])
    access.forget()
    insert_rows(Referral, [_referral(*pair) for pair in zip(cases, intakes, strict=True)])
    insert_rows(
        CaseMember,
        [
            _member(case, case.director_id, Role.CASE_DIRECTOR)
            for case in cases
            if case.director_id is not None and case.director_id != reader
        ],
    )
    _seat_deciders([case for case in cases if case.triaged_on is None], seats.deciders)
    return cases


def write_decisions(cases: Sequence[Case], intakes: Sequence[Intake]) -> list[TriageDecision]:
    """Write down, for cases just opened, what was decided on them before."""
    rows = [
        TriageDecision(
            municipality_id=case.municipality_id,
            id=uuid4(),
            case_id=case.id,
            youth_id=case.youth_id,
            outcome=decided.decision.outcome,
            motivation=decided.decision.motivation,
            decided_on=decided.on,
            decided_by=access.reader().user_id,
            director_id=decided.decision.director_id,
        )
        for case, intake in zip(cases, intakes, strict=True)
        if (decided := intake.decided) is not None
    ]
    insert_rows(TriageDecision, rows)
    return rows


def _seat_deciders(cases: Sequence[Case], deciders: Sequence[UUID]) -> None:
    """Give each decider a seat in each case; multiplied in the database, for there are many."""
    reader, columns = access.reader(), CaseMember.__table__.c
    others = [user_id for user_id in deciders if user_id != reader.user_id]

    def each(name: str, values: Sequence[object]) -> ColumnElement[Any]:
        return func.unnest(literal(values, ARRAY(columns[name].type)))

    case = select(
        each("case_id", [case.id for case in cases]).label("case_id"),
        each("youth_id", [case.youth_id for case in cases]).label("youth_id"),
        each("purpose", [case.purpose for case in cases]).label("purpose"),
    ).subquery()
    decider = select(each("user_id", others).label("user_id")).subquery()
    seat = {
        "municipality_id": literal(reader.municipality_id),
        "id": func.gen_random_uuid(),
        "case_id": case.c.case_id,
        "youth_id": case.c.youth_id,
        "user_id": decider.c.user_id,
        "function": literal(Role.PROCESS_DIRECTOR.value),
        "purpose": case.c.purpose,
        "granted_by": literal(reader.user_id),
    }
    rows = select(*seat.values()).select_from(case.join(decider, true()))
    db.session.execute(insert(CaseMember).from_select(list(seat), rows))


def _numbers(count: int, *, year: int) -> Iterator[str]:
    """Reserve so many numbers of this year; who comes next waits until we have committed."""
    statement = upsert(CaseCounter).values(
        municipality_id=access.reader().municipality_id, year=year, last=count
    )
    last = db.session.execute(
        statement.on_conflict_do_update(
            index_elements=[CaseCounter.municipality_id, CaseCounter.year],
            set_={"last": CaseCounter.last + count},
        ).returning(CaseCounter.last)
    ).scalar_one()
    return (rules.case_number(year, last - count + 1 + place) for place in range(count))


def _youth(intake: Intake, youth_id: UUID) -> Youth:
    youth = Youth(municipality_id=access.reader().municipality_id, id=youth_id)
    youth.bsn, youth.bsn_digest, youth.version = None, None, 1
    write_details(youth, intake.details)
    return youth


def _case(intake: Intake, youth_id: UUID, number: str) -> Case:
    details, referred_on = intake.details, _referred_on(intake)
    decided = intake.decided
    return Case(
        municipality_id=access.reader().municipality_id,
        id=uuid4(),
        youth_id=youth_id,
        number=number,
        purpose=details.purpose,
        legal_basis=details.legal_basis,
        focus_area_code=details.focus_area_code,
        age_at_referral=rules.age_on(details.birth_date, referred_on),
        referred_on=referred_on,
        triaged_on=decided and decided.on,
        triage_outcome=decided and decided.decision.outcome,
        director_id=decided and decided.decision.director_id,
        version=1,
    )


def _referral(case: Case, intake: Intake) -> Referral:
    return Referral(
        municipality_id=case.municipality_id,
        id=uuid4(),
        case_id=case.id,
        youth_id=case.youth_id,
        referrer_kind=intake.referrer_kind,
        referrer_name=intake.referrer_name,
        reason=intake.reason,
        reason_nature=intake.reason_nature,
        told=intake.told.on is not None,
        told_on=intake.told.on,
        not_told_reason=intake.told.not_yet_because,
        tell_again_on=intake.told.look_again_on,
        other_because=intake.other_because,
        referred_on=case.referred_on,
        submitted_by=access.reader().user_id,
    )


def _member(case: Case, user_id: UUID, function: Role) -> CaseMember:
    return CaseMember(
        municipality_id=case.municipality_id,
        id=uuid4(),
        case_id=case.id,
        youth_id=case.youth_id,
        user_id=user_id,
        function=function,
        purpose=case.purpose,
        granted_by=access.reader().user_id,
    )


def _referred_on(intake: Intake) -> date:
    if intake.referred_on is None:
        raise ValueError("check_intake() sets the day of a referral")
    return intake.referred_on


def insert_rows(table: type[Model], rows: Sequence[Model]) -> None:
    """Insert rows as one array a column: VALUES of many rows cost more to write than to run."""
    columns = table.__mapper__.columns
    for start in range(0, len(rows), ROWS_A_STATEMENT):
        some = rows[start : start + ROWS_A_STATEMENT]
        given = [name for name in columns.keys() if name in some[0].__dict__]  # noqa: SIM118
        arrays = [
            func.unnest(literal([row.__dict__[name] for row in some], ARRAY(columns[name].type)))
            for name in given
        ]
        db.session.execute(insert(table).from_select(given, select(*arrays)))
