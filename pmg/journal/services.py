"""Verbs of contact: write it down, share it or not, put it right, remove it, add to it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import select, update

from pmg.cases.models import Case
from pmg.cases.rules import Status, status
from pmg.clock import AMSTERDAM, now
from pmg.clock import today as this_day
from pmg.entry import check_text
from pmg.errors import Conflict, Invalid, NotPermitted
from pmg.extensions import db
from pmg.journal import rules, sharing
from pmg.journal.answers import (
    GroupNote,
    NewNote,
    NewRemark,
    NewSharing,
    Removal,
    Sharing,
)
from pmg.journal.models import JournalEntry, JournalRemark, JournalShare
from pmg.journal.rules import Contact, RemarkKind
from pmg.journal.youths import my_youths
from pmg.security import access, audit, telling
from pmg.security.policy import Action
from pmg.security.telling import Kind

# Looking back at a youth who is no longer, or was never, in the programme has no purpose.
_PAST = frozenset({Status.DECLINED, Status.PASSED_ON, Status.CLOSED})
_OVER = "Deze zaak is voorbij. U kunt er niets meer bij vastleggen."
_FEWEST = 2


def takes_contact(case: Case, *, today: date) -> bool:
    """Tell whether the case is at a step in which contact can still be written down."""
    access.require(Action.JOURNAL_SHOW, case)
    return status(case.facts, today) not in _PAST


def record_contact(
    case: Case, said: NewNote, *, moment: datetime, appointment_id: UUID | None = None
) -> JournalEntry:
    """Write down what happened, for the author alone or shared from the start.

    Raises NotPermitted, or Invalid when it lies ahead, says nothing, the case is over, or it is
    shared with an organisation that cannot read it.
    """
    access.require(Action.JOURNAL_WRITE, case)
    contact = _check(case, said, moment=moment)
    check_sharing(case, said.sharing)
    entry = _write(case, contact, said.sharing, appointment_id=appointment_id)
    _share(entry, said.sharing.with_organisations, until=said.sharing.until)
    _tell_shared(case, entry, said.sharing.with_organisations)
    return entry


def record_group(said: GroupNote, *, moment: datetime) -> list[JournalEntry]:
    """Write the same down in the files of several youths, each by itself, under his own key.

    Nothing ties the rows together: no id, no time of day in the clear, no event of the log. Raises
    Invalid when a youth is not one of the reader's own, or the text holds the given name of a
    youth of the group and nobody said that it may.
    """
    access.require(Action.JOURNAL_GROUP, access.workplace())
    youths = {one.case_id: one for one in my_youths()}
    chosen = [youths[case_id] for case_id in dict.fromkeys(said.case_ids) if case_id in youths]
    if len(chosen) < _FEWEST or len(chosen) < len(said.case_ids):
        raise Invalid("youths", "Kies ten minste twee jongeren uit uw lijst.")
    if said.note.sharing.with_organisations:
        raise Invalid("audience", "Deel deze notitie per jongere, nadat zij is vastgelegd.")
    named = rules.names_in(said.note.text, [one.given_name for one in chosen])
    if named and not said.names_are_seen:
        raise Invalid(
            "names_are_seen",
            "In de tekst staat: %(names)s. In elk dossier leest men dan over een ander. Haal de "
            "naam weg, of zet hieronder een vinkje als dit toch zo moet.",
            names=", ".join(named),
        )
    return [_record_apart(one.case_id, said.note, moment=moment) for one in chosen]


def set_sharing(entry: JournalEntry, wanted: NewSharing) -> None:
    """Say who may read it from now on: share it, share it with others, or take that back.

    What an earlier version of the same note was shared with ends as well. Raises NotPermitted for
    who did not write it, Conflict when it changed since, Invalid when it was removed or corrected,
    or when an organisation cannot read it.
    """
    access.require(Action.JOURNAL_KEEP, entry)
    case = _case_of(entry)
    check_sharing(case, wanted.sharing)
    _meet(entry, wanted.version)
    present = {one.organisation_id: one for one in sharing.shared_with(entry)}
    kept = set() if wanted.sharing.is_private else set(wanted.sharing.with_organisations)
    chain = _versions(entry)
    same = {key for key, one in present.items() if one.until == wanted.sharing.until}
    _withdraw(chain, set(present) - kept, also=kept - same)
    before = _told(entry, present.values())
    if wanted.sharing.is_private:
        for version in chain:
            version.is_private = True
    else:
        entry.is_private = False
    db.session.flush()  # row security lets a share in only beside its entry as it now is
    _share(entry, kept - same, until=wanted.sharing.until)
    _tell_shared(case, entry, kept - set(present))
    db.session.flush()
    after = _told(entry, sharing.shared_with(entry))
    audit.wrote(Action.JOURNAL_KEEP, entry, entry.id, readers=(before, after))


def correct_contact(entry: JournalEntry, right: NewNote, *, moment: datetime) -> JournalEntry:
    """Put a new text beside a wrong one, which stays to be seen; read by the same people.

    Raises NotPermitted for who did not write it, Invalid when it was corrected or removed before,
    says the same, or cannot be kept.
    """
    access.require(Action.JOURNAL_KEEP, entry)
    case = _case_of(entry)
    _check_stands(entry, lock=True)
    contact = _check(case, right, moment=moment)
    was = (entry.kind, entry.happened_on, entry.clock, entry.text)
    if was == (contact.kind, contact.moment.on, contact.moment.clock, contact.text):
        raise Invalid("case", "Er is niets veranderd. Verbeter wat niet klopt, of kies Annuleren.")
    as_it_was = Sharing(is_private=entry.is_private)
    correction = _write(case, contact, as_it_was, corrects_id=entry.id)
    for one in sharing.shared_with(entry):
        _share(correction, [one.organisation_id], until=one.until)
    return correction


def remove_contact(entry: JournalEntry, wanted: Removal) -> None:
    """Take the text away for good, of earlier versions too; who, when and why stay to be seen.

    Raises NotPermitted for who did not write it, Conflict when it changed since, Invalid when it
    was removed or corrected before, or no reason is given.
    """
    access.require(Action.JOURNAL_KEEP, entry)
    reason = rules.check_reason("reason", wanted.reason)
    _meet(entry, wanted.version)
    moment = now()
    for version in _versions(entry):
        version.text, version.clock = None, None
        version.removed_at, version.removal_reason = moment, reason
    audit.wrote(Action.JOURNAL_KEEP, entry, entry.id, state=("", "verwijderd"))


def dispute(entry: JournalEntry, said: NewRemark, *, today: date) -> JournalRemark:
    """Put the youth's own words beside it, whether he disagrees or adds something.

    Raises NotPermitted for who cannot read it, Invalid without words or on a day to come.
    """
    access.require(Action.JOURNAL_DISPUTE, entry)
    if said.kind is RemarkKind.REPLY:
        raise NotPermitted("not_own")
    remark = _remark(entry, said, Action.JOURNAL_DISPUTE, today=today)
    telling.tell(Kind.DISPUTED, entry, [entry.author_id], item_id=entry.id)
    return remark


def reply(entry: JournalEntry, said: NewRemark, *, today: date) -> JournalRemark:
    """Let a director reply; raises NotPermitted for who cannot read it, Invalid without words."""
    access.require(Action.JOURNAL_REPLY, entry)
    if said.kind is not RemarkKind.REPLY:
        raise NotPermitted("not_own")
    remark = _remark(entry, said, Action.JOURNAL_REPLY, today=today)
    telling.tell(Kind.REPLIED, entry, [entry.author_id], item_id=entry.id)
    return remark


def check_sharing(case: Case, wanted: Sharing) -> None:
    """Raise Invalid unless everyone with whom it is shared takes part and can read it."""
    access.require(Action.JOURNAL_WRITE, case)
    if wanted.is_private and wanted.with_organisations:
        raise Invalid(
            "audience", "U koos ‘alleen voor mij’, en ook organisaties. Kies een van de twee."
        )
    if not wanted.with_organisations:
        return
    if wanted.until is not None and wanted.until < this_day():
        raise Invalid("until", "Deze dag is al geweest. Kies vandaag of een latere dag.")
    open_to = {party.id for party in sharing.audience(case).parties}
    if not set(wanted.with_organisations) <= open_to:
        raise Invalid("organisations", "Kies alleen organisaties uit de lijst.")


def _record_apart(case_id: UUID, said: NewNote, *, moment: datetime) -> JournalEntry:
    case = db.session.get_one(Case, (access.reader().municipality_id, case_id))
    with audit.apart(case):
        return record_contact(case, said, moment=moment)


def _check(case: Case, said: NewNote, *, moment: datetime) -> Contact:
    if not takes_contact(case, today=moment.astimezone(AMSTERDAM).date()):
        raise Invalid("case", _OVER)
    meant = rules.moment_of(said.when, said.on, said.clock, now=moment)
    meant = replace(meant, is_device_time=said.is_device_time)
    return rules.check_contact(Contact(said.kind, meant, said.text), now=moment)


def _write(
    case: Case,
    contact: Contact,
    wanted: Sharing,
    *,
    corrects_id: UUID | None = None,
    appointment_id: UUID | None = None,
) -> JournalEntry:
    entry = JournalEntry(
        municipality_id=case.municipality_id,
        id=uuid4(),
        case_id=case.id,
        youth_id=case.youth_id,
        kind=contact.kind.value,
        happened_on=contact.moment.on,
        is_device_time=contact.moment.is_device_time,
        is_private=wanted.is_private,
        author_id=access.reader().user_id,
        organisation_id=access.reader().organisation_id,
        corrects_id=corrects_id,
        appointment_id=appointment_id,
        clock=contact.moment.clock,
        text=contact.text,
    )
    db.session.add(entry)
    db.session.flush()
    audit.wrote(Action.JOURNAL_WRITE, entry, entry.id)
    return entry


def _share(entry: JournalEntry, organisations: Iterable[UUID], *, until: date | None) -> None:
    for organisation_id in organisations:
        share = JournalShare(
            municipality_id=entry.municipality_id,
            id=uuid4(),
            case_id=entry.case_id,
            youth_id=entry.youth_id,
            entry_id=entry.id,
            organisation_id=organisation_id,
            until=until,
            shared_by=access.reader().user_id,
        )
        db.session.add(share)
        audit.wrote(Action.JOURNAL_KEEP, share, share.id)


def _tell_shared(case: Case, entry: JournalEntry, organisations: Iterable[UUID]) -> None:
    """Tell who can read it from now on; not those of an earlier share that only changed."""
    people = sharing.people_of(case, organisations)
    telling.tell(Kind.NOTE_SHARED, entry, people, item_id=entry.id)


def _withdraw(chain: Sequence[JournalEntry], gone: set[UUID], *, also: set[UUID]) -> None:
    """End shares: what is gone in every version of a note, what changes in the newest."""
    for versions, organisations in ((chain, gone), (chain[:1], also)):
        db.session.execute(
            update(JournalShare)
            .where(
                JournalShare.municipality_id == chain[0].municipality_id,
                JournalShare.entry_id.in_([one.id for one in versions]),
                JournalShare.organisation_id.in_(organisations),
                JournalShare.withdrawn_at.is_(None),
            )
            .values(withdrawn_at=now(), withdrawn_by=access.reader().user_id),
            execution_options={"synchronize_session": False},
        )


def _told(entry: JournalEntry, shared: Iterable[sharing.Shared]) -> str:
    if entry.is_private:
        return "alleen de schrijver"
    return ", ".join(["de eigen organisatie", *(one.name for one in shared)])


def _versions(entry: JournalEntry) -> list[JournalEntry]:
    """Return a note and what it corrected, newest first."""
    chain = [entry]
    while chain[-1].corrects_id is not None:
        key = (entry.municipality_id, chain[-1].corrects_id)
        chain.append(db.session.get_one(JournalEntry, key, with_for_update=True))
    return chain


def _meet(entry: JournalEntry, version: int) -> None:
    """Lock the row; raise Conflict when it is no longer what the reader saw."""
    _check_stands(entry, lock=True)
    if entry.version != version:
        raise Conflict(theirs={}, mine={})


def _check_stands(entry: JournalEntry, *, lock: bool) -> None:
    """Raise Invalid when it was removed, or another has taken its place."""
    db.session.refresh(entry, with_for_update=lock)
    if entry.removed_at is not None:
        raise Invalid("case", "Dit contactmoment is verwijderd.")
    newer = select(JournalEntry.id).where(
        JournalEntry.municipality_id == entry.municipality_id, JournalEntry.corrects_id == entry.id
    )
    if db.session.execute(newer).first() is not None:
        raise Invalid("case", "Dit contactmoment is al verbeterd. Ga verder met het nieuwste.")


def _remark(entry: JournalEntry, said: NewRemark, action: Action, *, today: date) -> JournalRemark:
    access.require(Action.DATA_READ, entry, category=entry.category)
    if said.on > today:
        raise Invalid("on", "Deze dag moet nog komen. Kies vandaag of een dag die al geweest is.")
    if said.on < entry.happened_on:
        raise Invalid("on", "Deze dag ligt voor het contact zelf. Kijk de dag na.")
    words = check_text("words", said.words, limit=rules.TEXT_LIMIT)
    if not words:
        raise Invalid("words", "Schrijf op wat er is gezegd.")
    remark = JournalRemark(
        municipality_id=entry.municipality_id,
        id=uuid4(),
        case_id=entry.case_id,
        youth_id=entry.youth_id,
        entry_id=entry.id,
        kind=said.kind.value,
        said_on=said.on,
        author_id=access.reader().user_id,
        words=words,
    )
    db.session.add(remark)
    audit.wrote(action, remark, remark.id)
    return remark


def _case_of(entry: JournalEntry) -> Case:
    return db.session.get_one(Case, (entry.municipality_id, entry.case_id))
