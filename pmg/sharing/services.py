"""Verbs of sharing: decide, withdraw, renew; all of it ends with the case."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import func, select

from pmg.cases import shares, taking_part
from pmg.cases.models import Case
from pmg.cases.rules import Status, status
from pmg.cases.shares import Share, Thing
from pmg.cases.signals import case_closed
from pmg.cases.taking_part import Receiver
from pmg.documents.models import Document
from pmg.errors import Invalid
from pmg.extensions import db
from pmg.factors.models import FactorObservation
from pmg.journal.models import JournalEntry
from pmg.reference import share_bases
from pmg.reference.legal_bases import PURPOSES
from pmg.security import access, audit, telling
from pmg.security.policy import Action
from pmg.security.telling import Kind
from pmg.sharing import items, rules
from pmg.sharing.items import Item
from pmg.sharing.models import Agreement
from pmg.sharing.rules import Party

_PAST = frozenset({Status.DECLINED, Status.PASSED_ON, Status.CLOSED})
_TOLD = {
    Thing.CONTACT: Kind.NOTE_SHARED,
    Thing.FACTOR: Kind.FACTOR_SHARED,
    Thing.DOCUMENT: Kind.DOCUMENT_SHARED,
}


@dataclass(frozen=True, slots=True)
class Decision:
    """One act of sharing: with whom, for what, on what ground, how long, under what agreement."""

    organisations: tuple[UUID, ...]
    purpose: str
    legal_basis: str
    why: str
    until: date
    agreement_id: UUID | None = None
    no_agreement: str = ""


def takes_sharing(case: Case, *, today: date) -> bool:
    """Tell whether the case is at a step in which something can still be shared."""
    access.require(Action.SHARE_SHOW, case)
    return status(case.facts, today) not in _PAST


def check(found: Item, wanted: Decision, *, today: date) -> list[Receiver]:
    """Return who would receive it; raise Invalid when anything of the decision is not right.

    Raises NotPermitted unless the reader's own organisation supplied the item and its category can
    be shared at all.
    """
    access.require(Action.SHARE_DECIDE, found.row, category=found.category)
    _check_open(found.case, today=today)
    items.check_stands(found)
    receivers = _receivers(found, wanted.organisations)
    if wanted.purpose not in PURPOSES:
        raise Invalid("purpose", "Kies waarvoor u deelt.")
    reader = access.reader()
    grounds = share_bases.open_for(found.category.value, reader.organisation_type)
    if wanted.legal_basis not in {basis.code for basis in grounds}:
        raise Invalid("legal_basis", "Kies een grond uit de lijst.")
    rules.check_words("why", wanted.why)
    rules.check_end(wanted.until, today=today, case_until=found.case.aftercare_until)
    _check_agreement(wanted, receivers, today=today)
    return receivers


def share(found: Item, wanted: Decision, *, today: date) -> list[Share]:
    """Let organisations of the case read one item until and including a day.

    Raises NotPermitted and Invalid as `check` does.
    """
    access.require(Action.SHARE_DECIDE, found.row, category=found.category)
    db.session.refresh(found.case, with_for_update=True)  # two at once: one after the other
    receivers = check(found, wanted, today=today)
    act_id = uuid4()
    made = [_share(found, wanted, one, act_id) for one in receivers]
    db.session.flush()
    audit.wrote(
        Action.SHARE_DECIDE,
        found.row,
        found.id,
        shared_with=("", ", ".join(one.organisation for one in receivers)),
        ground=("", share_bases.SHARE_BASES[wanted.legal_basis].article),
        until=("", wanted.until.isoformat()),
    )
    people = [user_id for one in receivers for user_id in one.user_ids]
    telling.tell(_TOLD[found.kind], found.row, people, item_id=found.id)
    db.session.expire(found.row)
    return made


def withdraw(share: Share) -> None:
    """End sharing with an organisation: at its next request the item is gone.

    Raises NotPermitted unless the reader's own organisation decided on it.
    """
    found = item_of(share)
    shares.end_act(share.act_id, share.organisation_id)
    audit.wrote(Action.SHARE_DECIDE, found.row, found.id, withdrawn=("", "ja"))
    db.session.expire(found.row)


def renew(share: Share, until: date, reason: str, *, today: date) -> None:
    """Share it longer, with the reason; it stays on the same ground with the same organisation.

    Raises NotPermitted unless the reader's own organisation decided on it; Invalid when it has
    ended, nobody there could read it any more, the day is not right, or no reason is given.
    """
    found = item_of(share)
    _check_open(found.case, today=today)
    why = rules.check_words("reason", reason)
    db.session.refresh(found.case, with_for_update=True)
    present = _running(share)
    if not present:
        raise Invalid("until", "Dit is al gestopt. Deel het opnieuw.")
    if share.purpose is None:
        raise Invalid(
            "until",
            "Dit is gedeeld voordat de grond werd opgeschreven. Trek het in en deel het opnieuw.",
        )
    if share.organisation_id not in {one.organisation_id for one in receivers_of(found)}:
        raise Invalid("until", "Bij deze organisatie kan nu niemand dit lezen.")
    rules.check_end(until, today=today, case_until=found.case.aftercare_until)
    _check_still_agreed(share, today=today)
    before = rules.last_day(share.until)
    shares.end_act(share.act_id, share.organisation_id)
    for one in present:
        longer = shares.copied(one, until=rules.midnight_after(until), why_sealed=None)
        longer.why = why
        db.session.add(longer)
    db.session.flush()
    audit.wrote(
        Action.SHARE_DECIDE,
        found.row,
        found.id,
        until=(before.isoformat(), until.isoformat()),
    )


def receivers_of(found: Item) -> list[Receiver]:
    """Return the organisations that could read an item after a share decision."""
    return taking_part.receivers(found.case, found.source_id, found.category)


def item_of(share: Share) -> Item:
    """Return the item of a share; raise NotPermitted unless the reader may decide on it."""
    access.require(Action.SHARE_DECIDE, share, category=share.category)
    key = (share.municipality_id, share.item_id)
    kind = Thing(share.kind)
    if kind is Thing.CONTACT:
        return items.item(db.session.get_one(JournalEntry, key))
    if kind is Thing.FACTOR:
        return items.item(db.session.get_one(FactorObservation, key))
    return items.item(db.session.get_one(Document, key))


def listen() -> None:
    """Follow what happens to a case: when it closes, nothing of it is shared any longer."""
    case_closed.connect(_end_with_case, weak=False)


def _end_with_case(case: Case, **_told: object) -> None:
    db.session.execute(select(func.pmg_end_sharing(case.id)))


def _check_open(case: Case, *, today: date) -> None:
    if not takes_sharing(case, today=today):
        raise Invalid("case", "Deze zaak is voorbij. Er kan niets meer worden gedeeld.")


def _receivers(found: Item, wanted: Sequence[UUID]) -> list[Receiver]:
    offered = {one.organisation_id: one for one in receivers_of(found)}
    if not wanted or not set(wanted) <= offered.keys():
        raise Invalid("organisations", "Kies een of meer organisaties uit de lijst.")
    present = {one.organisation_id for one in shares.current(found.kind, found.id)}
    if present & set(wanted):
        raise Invalid(
            "organisations",
            "Met %(name)s deelt u dit al. Verleng dat, of trek het eerst in.",
            name=", ".join(offered[key].organisation for key in wanted if key in present),
        )
    return [offered[key] for key in dict.fromkeys(wanted)]


def _check_agreement(wanted: Decision, receivers: list[Receiver], *, today: date) -> None:
    if wanted.agreement_id is None:
        rules.check_words("no_agreement", wanted.no_agreement, limit=rules.LINE_LIMIT)
        return
    parties = [Party(one.organisation_id, one.kind) for one in receivers]
    agreement = db.session.get(Agreement, (access.reader().municipality_id, wanted.agreement_id))
    if agreement is None or not agreement.scope.is_current(today):
        raise Invalid("agreement", "Dit convenant loopt nu niet. Kies een ander.")
    if not agreement.scope.covers([_us(), *parties]):
        raise Invalid(
            "agreement",
            "Niet alle organisaties doen mee aan dit convenant. Kies een ander, of deel apart.",
        )


def _check_still_agreed(share: Share, *, today: date) -> None:
    if share.agreement_id is None:
        return
    agreement = db.session.get_one(Agreement, (share.municipality_id, share.agreement_id))
    if not agreement.scope.is_current(today):
        raise Invalid(
            "until", "Het convenant waaronder u deelt is voorbij. Trek dit in en deel het opnieuw."
        )


def _us() -> Party:
    reader = access.reader()
    return Party(reader.organisation_id, reader.organisation_type)


def _running(share: Share) -> Sequence[Share]:
    return db.session.scalars(
        select(Share).where(
            Share.municipality_id == share.municipality_id,
            Share.act_id == share.act_id,
            Share.organisation_id == share.organisation_id,
            Share.is_current(),
        )
    ).all()


def _share(found: Item, wanted: Decision, to: Receiver, act_id: UUID) -> Share:
    row = Share(
        municipality_id=found.case.municipality_id,
        id=uuid4(),
        case_id=found.case.id,
        youth_id=found.case.youth_id,
        act_id=act_id,
        kind=found.kind.value,
        item_id=found.id,
        category_code=found.category.value,
        source_id=found.source_id,
        organisation_id=to.organisation_id,
        purpose=wanted.purpose,
        legal_basis=wanted.legal_basis,
        agreement_id=wanted.agreement_id,
        until=rules.midnight_after(wanted.until),
        decided_by=access.reader().user_id,
    )
    row.why = rules.check_words("why", wanted.why)
    if wanted.agreement_id is None:
        row.no_agreement = rules.check_words(
            "no_agreement", wanted.no_agreement, limit=rules.LINE_LIMIT
        )
    db.session.add(row)
    return row
