"""What the pages of sharing show: who reads what on a case, and what is shared, with its ground."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.orm import load_only

from pmg.cases import taking_part
from pmg.cases.models import Case
from pmg.cases.naming import names_of
from pmg.cases.shares import Share, Thing
from pmg.cases.taking_part import Person
from pmg.clock import AMSTERDAM
from pmg.extensions import db
from pmg.reference import source_laws
from pmg.reference.legal_bases import PURPOSES, LegalBasis, Purpose
from pmg.reference.share_bases import SHARE_BASES
from pmg.reference.source_laws import SourceLaw
from pmg.security import access
from pmg.security.identity import Organisation, User
from pmg.security.policy import Action, Category
from pmg.sharing import items, rules
from pmg.sharing.items import Name
from pmg.sharing.models import Agreement

# What the policy table says of each is told on the page of a case; the rest is about no case.
TOLD = (
    Category.IDENTITY,
    Category.PLAN,
    Category.BSN,
    Category.JOURNAL,
    Category.POLICE,
    Category.JUSTICE,
    Category.MEDICAL,
    Category.SPECIAL,
    Category.SCHOOL,
)


@dataclass(frozen=True, slots=True)
class Line:
    """One share, with its ground; from before grounds were written down it has none."""

    id: UUID
    act_id: UUID
    kind: Thing
    item_id: UUID
    name: Name
    source: str
    receiver: str
    purpose: Purpose | None
    basis: LegalBasis | None
    why: str
    agreement: str
    no_agreement: str
    since: date
    last_day: date
    ended_on: date | None
    by: str
    is_ours: bool
    is_running: bool
    bound: SourceLaw | None
    """The law of its source, where that forbids passing it on."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one person on the case reads: of everyone, of his own organisation, once shared."""

    person: Person
    always: tuple[Category, ...]
    own: tuple[Category, ...]
    shared: tuple[Category, ...]


@dataclass(frozen=True, slots=True)
class Lapse:
    """A share of the reader's own that stops soon."""

    id: UUID
    case_id: UUID
    receiver: str
    last_day: date
    who: str


def lines(case: Case) -> list[Line]:
    """Return what is shared on a case by and with the reader's organisation, newest first.

    Of what others share among themselves nothing is told: that it exists is told by nobody else.
    """
    access.require(Action.SHARE_SHOW, case)
    rows = _rows(case)
    if not rows:
        return []
    names, ours = items.names(case), access.reader().organisation_id
    moment: datetime = db.session.execute(select(func.now())).scalar_one()
    return [
        Line(
            id=share.id,
            act_id=share.act_id,
            kind=Thing(share.kind),
            item_id=share.item_id,
            name=names[share.item_id],
            source=source,
            receiver=receiver,
            purpose=PURPOSES[share.purpose] if share.purpose else None,
            basis=SHARE_BASES[share.legal_basis] if share.legal_basis else None,
            why=share.why or "",
            agreement=agreement or "",
            no_agreement=share.no_agreement or "",
            since=share.since.astimezone(AMSTERDAM).date(),
            last_day=rules.last_day(share.until),
            ended_on=share.ended_at.astimezone(AMSTERDAM).date() if share.ended_at else None,
            by=user.name,
            is_ours=share.source_id == ours,
            is_running=share.ended_at is None and share.until > moment,
            bound=source_laws.of(share.category),
        )
        for share, source, receiver, agreement, user in rows
        if share.item_id in names and access.may(Action.DATA_READ, share, category=share.category)
    ]


def line(share: Share) -> Line:
    """Return one share of the reader's own organisation."""
    access.require(Action.SHARE_DECIDE, share, category=share.category)
    case = db.session.get_one(Case, (share.municipality_id, share.case_id))
    return next(one for one in lines(case) if one.id == share.id)


def readings(case: Case) -> list[Reading]:
    """Return of everyone on the case what the policy table lets him read."""
    return [_reading(person) for person in taking_part.people(case)]


def lapsing(*, today: date) -> list[Lapse]:
    """Return what the reader shared himself and stops within a month, soonest first."""
    access.require(Action.SHARE_LIST, access.workplace())
    reader = access.reader()
    rows = db.session.execute(
        select(Share.act_id, Share.id, Share.case_id, Organisation.name, Share.until)
        .join(
            Organisation,
            and_(
                Organisation.municipality_id == Share.municipality_id,
                Organisation.id == Share.organisation_id,
            ),
        )
        .where(
            Share.municipality_id == reader.municipality_id,
            Share.decided_by == reader.user_id,
            Share.source_id == reader.organisation_id,
            Share.is_current(),
            Share.until <= rules.midnight_after(today + rules.SOON),
        )
        .order_by(Share.until, Share.since.desc(), Share.id)
    )
    # A note and its correction are shared by one act: told once, as the newest.
    once = {(row.act_id, row.name): row for row in reversed(list(rows))}
    found = sorted(once.values(), key=lambda row: (row.until, row.id))
    names = names_of({row.case_id for row in found})
    return [
        Lapse(row.id, row.case_id, row.name, rules.last_day(row.until), names.get(row.case_id, ""))
        for row in found
    ]


def agreements_for(receivers: Iterable[rules.Party], *, today: date) -> list[tuple[UUID, str]]:
    """Return the agreements that hold now and that the reader's organisation is a party to.

    At least one of the receivers is a party as well: the others are no use here.
    """
    access.require(Action.AGREEMENT_SHOW, access.workplace())
    reader, offered = access.reader(), list(receivers)
    us = rules.Party(reader.organisation_id, reader.organisation_type)
    rows = db.session.scalars(
        select(Agreement)
        .where(Agreement.municipality_id == reader.municipality_id)
        .order_by(Agreement.title)
    )
    return [
        (one.id, one.title)
        for one in rows
        if one.scope.is_current(today) and any(one.scope.covers([us, each]) for each in offered)
    ]


def _reading(person: Person) -> Reading:
    always = tuple(one for one in TOLD if person.reads(one, own=False))
    own = tuple(
        one
        for one in TOLD
        if one not in always and person.supplies(one) and person.reads(one, own=True)
    )
    shared = tuple(
        one for one in TOLD if one not in always and person.reads(one, own=False, shared=True)
    )
    return Reading(person, always, own, shared)


def _rows(case: Case) -> list[tuple[Share, str, str, str | None, User]]:
    source, receiver = Organisation.__table__.alias(), Organisation.__table__.alias()
    found = db.session.execute(
        select(Share, source.c.name, receiver.c.name, Agreement.title, User)
        .join(
            source,
            and_(source.c.municipality_id == Share.municipality_id, source.c.id == Share.source_id),
        )
        .join(
            receiver,
            and_(
                receiver.c.municipality_id == Share.municipality_id,
                receiver.c.id == Share.organisation_id,
            ),
        )
        .join(
            User,
            and_(User.municipality_id == Share.municipality_id, User.id == Share.decided_by),
        )
        .outerjoin(
            Agreement,
            and_(
                Agreement.municipality_id == Share.municipality_id,
                Agreement.id == Share.agreement_id,
            ),
        )
        .options(load_only(User.name_sealed, User.organisation_id))
        .where(Share.municipality_id == case.municipality_id, Share.case_id == case.id)
        .order_by(Share.since.desc(), Share.id)
    )
    return [tuple(row) for row in found]
