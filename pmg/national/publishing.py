"""What is done with national figures: a draft, a second look, and what cannot change after it."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any
from uuid import uuid4

from sqlalchemy import func, select

from pmg.clock import now
from pmg.disclosure.national import read_national
from pmg.disclosure.publish import Signer, signature
from pmg.disclosure.verify import Outcome, outcome, verify
from pmg.errors import Invalid
from pmg.extensions import db
from pmg.national.authentic import authentic_figures
from pmg.national.deriving import Before, as_text, changes, derived, written
from pmg.national.models import NationalDraft, NationalRelease
from pmg.national.rules import Choice, State
from pmg.national.services import one_at_a_time
from pmg.reports.rules import stored_period
from pmg.security import access, audit
from pmg.security.policy import Action

_CHANGED = (
    "Er is intussen iets veranderd: een gemeente leverde of corrigeerde. Trek dit concept in of "
    "stuur het terug, en maak het opnieuw."
)


def make_draft(choice: Choice, reason: str) -> NationalDraft:
    """Add up what the municipalities released, for a second reader to judge.

    Where these figures were published before, it is to succeed that publication, and a reason is
    needed. A draft that waits is given back as it is. Raises NotPermitted, and Invalid where
    nothing can be added, or nothing changed, and Altered where what it succeeds was changed.
    """
    access.require(Action.NATIONAL_MAKE, access.workplace())
    one_at_a_time()
    waiting = under_way(choice)
    if waiting is not None:
        return waiting
    earlier = latest(choice)
    before = before_of(earlier)
    if earlier is not None and not reason.strip():
        raise Invalid("reason", "Schrijf waarom er nieuwe landelijke cijfers komen.")
    said = reason.strip() if earlier is not None else ""
    found = derived(choice, before)
    if before is not None and not changes(found, before):
        raise Invalid("", "Sinds de laatste publicatie is er niets geleverd of gecorrigeerd.")
    reader = access.reader()
    draft = NationalDraft(
        municipality_id=reader.municipality_id,
        id=uuid4(),
        template_code=choice.template_code,
        template_version=found.template.version,
        period_from=choice.first,
        period_until=choice.period.until,
        succeeds=earlier.id if earlier else None,
        reason=said,
        document=as_text(written(found, choice, reason=said, before=before)),
        made_by=reader.user_id,
    )
    db.session.add(draft)
    db.session.flush()
    audit.wrote(Action.NATIONAL_MAKE, draft, draft.id)
    return draft


def approve(draft: NationalDraft, *, signer: Signer) -> NationalRelease:
    """Publish a draft: compute it anew, sign it, and freeze it.

    Only another than its maker may. Raises NotPermitted, and Invalid where it was decided, or
    where a municipality delivered or corrected meanwhile, or where a file that goes in is not any
    more what was accepted; Altered where what it succeeds was changed.
    """
    access.require(Action.NATIONAL_APPROVE, draft)
    _only_another(draft)
    document = _signed(_computed_anew(draft), signer)
    release = NationalRelease(
        municipality_id=draft.municipality_id,
        id=draft.id,
        number=1
        + db.session.scalars(select(func.coalesce(func.max(NationalRelease.number), 0))).one(),
        template_code=draft.template_code,
        template_version=draft.template_version,
        period_from=draft.period_from,
        period_until=draft.period_until,
        document=as_text(document),
        national_hash=document["certificate"]["national_hash"],
        succeeds=draft.succeeds,
        reason=draft.reason,
        made_by=draft.made_by,
        made_at=draft.made_at,
        approved_by=access.reader().user_id,
        approved_at=now(),
    )
    db.session.add(release)
    db.session.flush()
    audit.wrote(Action.NATIONAL_APPROVE, release, release.id)
    _close(draft, State.APPROVED, Action.NATIONAL_APPROVE)
    return release


def send_back(draft: NationalDraft, reason: str) -> None:
    """Refuse a draft, with a reason for its maker.

    Raises NotPermitted, and Invalid without a reason, by its maker, or when it was decided.
    """
    access.require(Action.NATIONAL_APPROVE, draft)
    if not reason.strip():
        raise Invalid("reason", "Schrijf waarom u het concept terugstuurt.")
    _only_another(draft)
    _close(draft, State.SENT_BACK, Action.NATIONAL_APPROVE, decision=reason.strip())


def withdraw(draft: NationalDraft) -> None:
    """Take one's own draft back. Raises NotPermitted, and Invalid when it was decided."""
    access.require(Action.NATIONAL_MAKE, draft)
    _still_waiting(draft)
    if draft.made_by != access.reader().user_id:
        raise Invalid("", "Alleen wie het concept maakte, kan het intrekken.")
    _close(draft, State.WITHDRAWN, Action.NATIONAL_MAKE)


def take_out(release: NationalRelease) -> None:
    """Note that published figures leave the house.

    Raises NotPermitted; its code is `second_factor_stale` where a fresh code must be given first.
    """
    access.require(Action.NATIONAL_EXPORT, release)
    audit.wrote(Action.NATIONAL_EXPORT, release, release.id)


def under_way(choice: Choice) -> NationalDraft | None:
    """Return the draft of these figures that waits for a second look, if there is one."""
    return db.session.scalar(
        select(NationalDraft).where(
            NationalDraft.municipality_id == access.reader().municipality_id,
            NationalDraft.template_code == choice.template_code,
            NationalDraft.period_from == choice.first,
            NationalDraft.period_until == choice.period.until,
            NationalDraft.state == State.READY,
        )
    )


def latest(choice: Choice) -> NationalRelease | None:
    """Return the newest publication of these figures, if there is one."""
    return db.session.scalar(
        select(NationalRelease)
        .where(
            NationalRelease.municipality_id == access.reader().municipality_id,
            NationalRelease.template_code == choice.template_code,
            NationalRelease.period_from == choice.first,
            NationalRelease.period_until == choice.period.until,
        )
        .order_by(NationalRelease.number.desc())
        .limit(1)
    )


def before_of(release: NationalRelease | None) -> Before | None:
    """Open the publication that new figures succeed; raises Altered where it was changed."""
    if release is None:
        return None
    times = db.session.scalars(
        select(func.count())
        .select_from(NationalRelease)
        .where(
            NationalRelease.municipality_id == release.municipality_id,
            NationalRelease.template_code == release.template_code,
            NationalRelease.period_from == release.period_from,
            NationalRelease.period_until == release.period_until,
        )
    ).one()
    return Before(read_national(authentic_figures(release)["national"]), times)


def choice_of(item: NationalDraft | NationalRelease) -> Choice:
    """Return which figures a draft or publication holds."""
    period = stored_period(item.period_from, item.period_until)
    return Choice(item.template_code, period.first, period.last)


def _only_another(draft: NationalDraft) -> None:
    _still_waiting(draft)
    if draft.made_by == access.reader().user_id:
        raise Invalid("", "Een collega kijkt dit concept na: u heeft het zelf gemaakt.")


def _still_waiting(draft: NationalDraft) -> None:
    """Wait for who decides at this moment, and see whether there is still something to decide."""
    one_at_a_time()
    db.session.refresh(draft, ["state"])
    if draft.state != State.READY:
        raise Invalid("", "Over dit concept is al besloten. Open het opnieuw.")


def _computed_anew(draft: NationalDraft) -> dict[str, Any]:
    """Make the file again from the releases of this moment; it has to be the one that was read."""
    choice = choice_of(draft)
    earlier = latest(choice)
    if (earlier.id if earlier else None) != draft.succeeds:
        raise Invalid("", _CHANGED)
    before = before_of(earlier)
    document = written(derived(choice, before), choice, reason=draft.reason, before=before)
    if as_text(document) != draft.document:
        raise Invalid("", _CHANGED)
    return document


def _signed(document: Mapping[str, Any], signer: Signer) -> dict[str, Any]:
    certificate = deepcopy(document["certificate"])
    signed = {**document, "signature": signature(certificate, signer)}
    if outcome(verify(signed, key=signer.public_key)) is not Outcome.GOOD:
        raise Invalid(
            "", "Het concept doorstaat zijn eigen controle niet. Er is niets gepubliceerd."
        )
    return signed


def _close(draft: NationalDraft, state: State, action: Action, *, decision: str = "") -> None:
    draft.state, draft.decision, draft.document = state, decision, None
    draft.decided_by, draft.decided_at = access.reader().user_id, now()
    db.session.flush()
    audit.wrote(action, draft, draft.id)
