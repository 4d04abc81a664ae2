"""What the second pair of eyes does: approve a draft into the ledger, or send it back."""

from copy import deepcopy
from typing import Any

from pmg.clock import now
from pmg.disclosure.canonical import canonical
from pmg.disclosure.errors import DisclosureError
from pmg.disclosure.ledger import Ledger
from pmg.disclosure.publish import Signer, signature
from pmg.disclosure.release import Release, read_release
from pmg.disclosure.verify import Outcome, outcome, verify
from pmg.errors import Invalid
from pmg.extensions import db
from pmg.reports.models import ReportDraft, ReportRelease
from pmg.reports.overlapping import computed, release_beside
from pmg.reports.reading import parsed
from pmg.reports.rules import State, check_reason, in_numbers
from pmg.reports.services import close, one_at_a_time, sound_ledger
from pmg.security import access, audit, telling
from pmg.security.policy import Action
from pmg.security.telling import Kind
from pmg.texts import to_translate

_FAILS = to_translate("Het rapport doorstaat zijn eigen controle niet. Er is niets vrijgegeven.")


def approve(draft: ReportDraft, *, signer: Signer) -> ReportRelease:
    """Freeze a draft: sign it, enter it in the ledger, and destroy what it was made of.

    Only another than its maker may. Raises NotPermitted, and Invalid where it is not ready, was
    decided meanwhile, where the ledger has changed since it was computed, or where another report
    was released meanwhile that it may not stand beside.
    """
    access.require(Action.REPORT_APPROVE, draft)
    _only_another(draft)
    ledger = sound_ledger(draft.municipality_id)
    found = parsed(draft.document)
    _check_still_alone(draft, found)
    released = _readable(found)
    entered = ledger.add(draft.population, released)
    document = _signed(found, draft, (ledger, entered), signer)
    after = entered.entries[-1]
    release = ReportRelease(
        municipality_id=draft.municipality_id,
        id=draft.id,
        template_code=draft.template_code,
        template_version=draft.template_version,
        period_from=draft.period_from,
        period_until=draft.period_until,
        document=canonical(document).decode() + "\n",
        made_by=draft.made_by,
        made_at=draft.made_at,
        number=len(ledger.entries) + 1,
        population=draft.population,
        release_hash=released.hash,
        before=after.before,
        entry_hash=after.hash,
        succeeds=draft.succeeds,
        reason=draft.reason,
        approved_by=access.reader().user_id,
        approved_at=now(),
    )
    db.session.add(release)
    db.session.flush()
    audit.wrote(Action.REPORT_APPROVE, release, release.id)
    close(draft, State.APPROVED, Action.REPORT_APPROVE)
    telling.tell(Kind.REPORT_JUDGED, draft, [draft.made_by], item_id=draft.id)
    return release


def send_back(draft: ReportDraft, reason: str) -> None:
    """Refuse a draft with a reason; nothing of its numbers is kept.

    Raises NotPermitted, and Invalid without a reason, with a number in it, by its maker, or when it
    was decided.
    """
    access.require(Action.REPORT_APPROVE, draft)
    if not reason.strip():
        raise Invalid("reason", "Schrijf waarom u het rapport terugstuurt.")
    check_reason(reason)
    _only_another(draft)
    close(draft, State.SENT_BACK, Action.REPORT_APPROVE, decision=reason.strip())
    telling.tell(Kind.REPORT_JUDGED, draft, [draft.made_by], item_id=draft.id)


def _only_another(draft: ReportDraft) -> None:
    """Wait for who decides at this moment, and see whether there is still something to decide."""
    one_at_a_time(draft.municipality_id)
    db.session.refresh(draft, ["state"])
    if draft.made_by == access.reader().user_id:
        raise Invalid("", "Een collega kijkt dit rapport na: u heeft het zelf gemaakt.")
    if draft.state != State.READY:
        raise Invalid("", "Over dit rapport kan nu niet besloten worden. Open het opnieuw.")


def _check_still_alone(draft: ReportDraft, document: dict[str, Any]) -> None:
    """Refuse what overlaps a report that was released while this one waited."""
    if other := release_beside(computed(draft, document)):
        raise Invalid(
            "",
            "Er is intussen een rapport over %(first)s tot en met %(last)s vrijgegeven, en deze "
            "periode overlapt daarmee. Samen kunnen de twee verraden wat elk apart verbergt. Laat "
            "dit rapport intrekken of stuur het terug; maak het daarna over precies dezelfde "
            "dagen, of over dagen die er helemaal voor of na liggen.",
            first=in_numbers(other.first),
            last=in_numbers(other.last),
        )


def _readable(document: dict[str, Any]) -> Release:
    try:
        return read_release(document["release"])
    except DisclosureError as fault:
        raise Invalid("", _FAILS) from fault


def _signed(
    document: dict[str, Any],
    draft: ReportDraft,
    ledgers: tuple[Ledger, Ledger],
    signer: Signer,
) -> dict[str, Any]:
    """Put the present end of the ledger in the certificate and sign it; nothing else changes.

    `ledgers` are that without and that with this report. What the worker made is looked at anew,
    as anyone would who has the ledger: also beside all earlier reports about the same people.
    """
    ledger, entered = ledgers
    certificate = deepcopy(document["certificate"])
    earlier = [release.hash for release in ledger.about(draft.population)]
    if certificate.get("earlier") != earlier:
        raise Invalid(
            "",
            "Er is intussen een ander rapport over deze dagen vrijgegeven. Laat dit rapport "
            "intrekken en opnieuw maken.",
        )
    certificate["ledger"] = ledger.head
    signed = {**document, "certificate": certificate, "signature": signature(certificate, signer)}
    if outcome(verify(signed, key=signer.public_key, ledger=entered.as_json())) is not Outcome.GOOD:
        raise Invalid("", _FAILS)
    return signed
