"""Verbs of the street: take youths along, take in what was written, wipe, switch on or off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import delete, select, text

from pmg.cases.models import Case
from pmg.errors import Conflict, Gone, Invalid, NotPermitted
from pmg.extensions import db
from pmg.journal import queries as journal
from pmg.journal import services as contact
from pmg.journal.answers import NewNote
from pmg.journal.models import JournalEntry
from pmg.journal.rules import When
from pmg.journal.youths import MyYouth, my_youths
from pmg.security import access, audit, identity
from pmg.security.encryption import Place, keystore, seal, unseal
from pmg.security.policy import Action
from pmg.street import sealing, setting
from pmg.street.models import StreetKey, StreetSetting
from pmg.street.rules import KEPT, DeviceNote, check_choice, moment_of, read_note
from pmg.texts import to_translate

_PAD = 256
_SWEEP = text("SELECT pmg_sweep_street_keys()")
_OFF = to_translate("Uw gemeente heeft Op straat niet aangezet.")
_OFF_SINCE = to_translate(
    "Uw gemeente heeft Op straat uitgezet. Kopieer uw tekst en leg het contact vast bij de zaak."
)


@dataclass(frozen=True, slots=True)
class Taken:
    """What a device gets: a key that closes and never opens, until when, and whom it may name."""

    key_id: UUID
    public_point: bytes
    expires_at: datetime
    youths: Sequence[MyYouth]


@dataclass(frozen=True, slots=True)
class Envelope:
    """One note as a device sends it."""

    key_id: UUID
    note_id: UUID
    sealed: bytes


@dataclass(frozen=True, slots=True)
class Opened:
    """One note out of its envelope, and since when the device could write it."""

    note: DeviceNote
    taken_at: datetime


def take_along(case_ids: Sequence[UUID], *, moment: datetime) -> Taken:
    """Make a key for this device, and say of these youths what may stand on it.

    Raises NotPermitted, or Invalid when the municipality has it switched off, when one is not of
    the reader's own, when there are too many, or when two would have the same name.
    """
    access.require(Action.STREET_TAKE, access.workplace())
    _refuse_when_off(_OFF)
    asked = list(dict.fromkeys(case_ids))
    youths = my_youths(among=asked)
    check_choice([one.bare for one in youths], asked=len(asked))
    me, key_id = access.reader(), uuid4()
    private, point = sealing.new_pair()
    key = StreetKey(
        municipality_id=me.municipality_id,
        id=key_id,
        user_id=me.user_id,
        session_id=me.session_id,
        private_key_sealed=seal(_cipher(), _place(key_id), private, pad=_PAD),
        made_at=moment,
        expires_at=moment + KEPT,
    )
    db.session.add(key)
    db.session.flush()
    db.session.execute(_SWEEP)
    audit.wrote(Action.STREET_TAKE, key, key_id)
    _tell_each(asked)
    return Taken(key_id, point, key.expires_at, youths)


def open_envelope(envelope: Envelope) -> Opened:
    """Open what the reader wrote on a device.

    Raises NotPermitted, Gone when the key is not there any more or not the reader's, and Invalid
    when it does not open.
    """
    access.require(Action.STREET_SEND, access.workplace())
    key = db.session.get(StreetKey, (access.reader().municipality_id, envelope.key_id))
    if key is None:
        raise Gone("no such key of this reader")
    private = unseal(_cipher(), _place(key.id), bytes(key.private_key_sealed))
    plain = sealing.open_sealed(private, key.id, envelope.note_id, envelope.sealed)
    return Opened(read_note(plain), key.made_at)


def take_note(opened: Opened, *, moment: datetime, anyway: bool = False) -> JournalEntry:
    """Write down what was written on a device, by the rules for any contact moment.

    Raises NotPermitted when the case is not the reader's any more, Conflict when he wrote down
    such contact of that very minute before and did not say that this is another, and Invalid when
    it cannot be kept or the municipality has it switched off.
    """
    access.require(Action.STREET_SEND, access.workplace())
    note = opened.note
    access.work().address = f"/zaken/{note.case_id}"  # of whom it is, also when it is refused
    case = cast("Case | None", identity.load(Case, note.case_id))
    if case is None:
        raise NotPermitted("not_found")
    access.require(Action.JOURNAL_WRITE, case)
    access.work().case_id = case.id
    _refuse_when_off(_OFF_SINCE)
    when = moment_of(note.written_at, taken_at=opened.taken_at, now=moment)
    if not anyway and journal.is_written(case, note.kind, when):
        raise Conflict(theirs={}, mine={})
    said = NewNote(note.kind, When.OTHER, note.text, when.on, when.clock, is_device_time=True)
    return contact.record_contact(case, said, moment=moment)


def wipe(key: StreetKey) -> None:
    """End a key of the reader's own: the device that has it forgets its list when it is back."""
    access.require(Action.STREET_USE, key)
    if key.user_id != access.reader().user_id:
        raise NotPermitted("not_own")
    audit.wrote(Action.STREET_USE, key, key.id)
    db.session.execute(
        delete(StreetKey).where(
            StreetKey.municipality_id == key.municipality_id, StreetKey.id == key.id
        )
    )


def switch(*, is_on: bool) -> StreetSetting:
    """Say whether names may stand on devices in this municipality. Raises NotPermitted."""
    access.require(Action.STREET_SWITCH, access.workplace())
    me = access.reader()
    changed = StreetSetting(
        municipality_id=me.municipality_id, id=uuid4(), is_on=is_on, set_by=me.user_id
    )
    db.session.add(changed)
    db.session.flush()
    audit.wrote(Action.STREET_SWITCH, changed, changed.id)
    return changed


def _tell_each(case_ids: Sequence[UUID]) -> None:
    """Write in the log of each case by itself that this name goes along on a device."""
    cases = db.session.scalars(
        select(Case).where(
            Case.municipality_id == access.reader().municipality_id, Case.id.in_(case_ids)
        )
    ).all()
    for case in cases:
        with audit.apart(case):
            access.require(Action.STREET_TAKE, case)
            access.work().subjects[case.youth_id] = {"given_name", "family_name"}


def _refuse_when_off(message: str) -> None:
    if not setting.is_on():
        raise Invalid("off", message)


def _cipher() -> AESGCM:
    return keystore().municipality(access.reader().municipality_id)


def _place(key_id: UUID) -> Place:
    return Place(access.reader().municipality_id, "street_key", "private_key_sealed", key_id)
