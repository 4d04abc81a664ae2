"""Verbs of contact: write it down, for whom, put it right, remove it, add to it."""

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import select

from pmg.cases import shares, taking_part
from pmg.cases.models import Case
from pmg.cases.rules import Status, status
from pmg.cases.shares import Thing
from pmg.clock import AMSTERDAM, now
from pmg.entry import check_text
from pmg.errors import Conflict, Invalid, NotPermitted
from pmg.extensions import db
from pmg.journal import rules
from pmg.journal.answers import GroupNote, NewAudience, NewNote, NewRemark, Removal
from pmg.journal.models import JournalEntry, JournalRemark
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
    """Write down what happened, for the author alone or for his organisation.

    Raises NotPermitted, or Invalid when it lies ahead, says nothing, or the case is over.
    """
    access.require(Action.JOURNAL_WRITE, case)
    contact = _check(case, said, moment=moment)
    return _write(case, contact, is_private=said.is_private, appointment_id=appointment_id)


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
    named = rules.names_in(said.note.text, [one.given_name for one in chosen])
    if named and not said.names_are_seen:
        raise Invalid(
            "names_are_seen",
            "In de tekst staat: %(names)s. In elk dossier leest men dan over een ander. Haal de "
            "naam weg, of zet hieronder een vinkje als dit toch zo moet.",
            names=", ".join(named),
        )
    return [_record_apart(one.case_id, said.note, moment=moment) for one in chosen]


def set_audience(entry: JournalEntry, wanted: NewAudience) -> None:
    """Say who may read it from now on: its writer alone, or his organisation.

    For its writer alone, nothing of it stays shared, nor of what it corrected. Raises NotPermitted
    for who did not write it, Conflict when it changed since, Invalid when it was removed or
    corrected.
    """
    access.require(Action.JOURNAL_KEEP, entry)
    _meet(entry, wanted.version)
    before = _told(entry)
    chain = _versions(entry)
    if wanted.is_private:
        shares.end(Thing.CONTACT, [one.id for one in chain])
        for version in chain:
            version.is_private = True
    else:
        entry.is_private = False
    db.session.flush()
    audit.wrote(Action.JOURNAL_KEEP, entry, entry.id, readers=(before, _told(entry)))


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
    correction = _write(case, contact, is_private=entry.is_private, corrects_id=entry.id)
    receivers = shares.carry_over(Thing.CONTACT, entry.id, correction.id)
    people = taking_part.who_would_read(
        case, correction.organisation_id, correction.category, receivers
    )
    telling.tell(Kind.SHARED_CORRECTED, correction, people, item_id=correction.id)
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
    *,
    is_private: bool,
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
        is_private=is_private,
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


def _told(entry: JournalEntry) -> str:
    return "alleen de schrijver" if entry.is_private else "de eigen organisatie"


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
