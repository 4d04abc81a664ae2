"""What the ministry does with files of municipalities: take them in, and trust a key once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, func, select

from pmg.clock import today
from pmg.disclosure.canonical import canonical
from pmg.disclosure.renewal import Renewal
from pmg.errors import Invalid
from pmg.extensions import db
from pmg.national import sources
from pmg.national.authentic import authentic_import, known_keys
from pmg.national.examining import Examined, Upload, examine, sound
from pmg.national.models import ImportedRelease, SenderKey, WaitingRelease
from pmg.national.rules import Label, check_over, check_successor, label
from pmg.reports.authentic import Altered
from pmg.reports.reading import parsed
from pmg.security import access, audit
from pmg.security.policy import Action
from pmg.texts import translated


class Taken(StrEnum):
    """What became of one file."""

    IN = "in"
    KNOWN = "bekend"
    WAITS = "wacht"
    BESIDE = "grootboek"
    REFUSED = "geweigerd"
    OTHER_KEY = "andere_sleutel"
    RENEWED = "sleutel_vernieuwd"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one file, and why not where it was refused."""

    name: str
    what: Taken
    place: str = ""
    reason: str = ""


def take_in(uploads: Sequence[Upload]) -> list[Result]:
    """Take in the releases in these files; each is taken or refused by itself.

    A file is checked whole first: shape, hashes, signature, sums and worlds, and beside the ledger
    of its maker where that is among the files. What is signed by a key that nobody confirmed yet
    waits for `trust`. A key that its former one names comes in first, so that what it signed can
    stand in the same upload. Raises NotPermitted.
    """
    access.require(Action.NATIONAL_IMPORT, access.workplace())
    one_at_a_time()
    found = examine(uploads)
    results = [
        Result(one.name, Taken.BESIDE if one.is_ledger else Taken.REFUSED, reason=one.fault)
        for one in found
        if one.label is None and one.renewal is None
    ]
    for one in found:
        if one.renewal is not None:
            results += _renewed(one, one.renewal)
    own = sources.delivers_here()
    releases = sorted(
        (one for one in found if one.label is not None), key=lambda one: len(one.earlier)
    )
    results += [_settled(one, own) for one in releases]
    if any(one.what is Taken.OTHER_KEY for one in results):
        access.work().refusal = access.work().code = "other_key"
    order = {one.name: place for place, one in enumerate(uploads)}
    return sorted(results, key=lambda one: order[one.name])


def trust(waiting: WaitingRelease) -> list[Result]:
    """Confirm that a key is that of a municipality, for good, and take in what waited for it.

    Raises NotPermitted, and Invalid where the municipality is known by another key already.
    """
    access.require(Action.NATIONAL_IMPORT, waiting)
    one_at_a_time()
    known = _key_of(waiting.sender_id)
    if known not in {None, waiting.public_key}:
        raise Invalid("", "Deze gemeente is al bekend met een andere sleutel.")
    if known is None:
        key = SenderKey(
            municipality_id=waiting.municipality_id,
            sender_id=waiting.sender_id,
            public_key=waiting.public_key,
            confirmed_by=access.reader().user_id,
        )
        db.session.add(key)
        db.session.flush()
        audit.wrote(Action.NATIONAL_IMPORT, key, waiting.id)
    rows = _waiting_with(waiting)
    found = [_again(row) for row in rows]
    _let_go(waiting)
    own = sources.delivers_here()
    return [_settled(one, own) for one in sorted(found, key=lambda one: len(one.earlier))]


def distrust(waiting: WaitingRelease) -> None:
    """Say that a key is not that of the municipality: what waited for it goes.

    Raises NotPermitted.
    """
    access.require(Action.NATIONAL_IMPORT, waiting)
    one_at_a_time()
    _let_go(waiting)
    audit.wrote(Action.NATIONAL_IMPORT, waiting, waiting.id)


def one_at_a_time() -> None:
    """Let a second one who works on national figures wait until the first committed."""
    name = f"national {access.reader().municipality_id}"
    db.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))


def _waiting_with(waiting: WaitingRelease) -> Sequence[WaitingRelease]:
    return db.session.scalars(
        select(WaitingRelease).where(
            WaitingRelease.municipality_id == waiting.municipality_id,
            WaitingRelease.sender_id == waiting.sender_id,
            WaitingRelease.public_key == waiting.public_key,
        )
    ).all()


def _again(row: WaitingRelease) -> Examined:
    """Look at a file that waited as if it were given now."""
    document = parsed(row.document)
    found = sound(row.sender_id, document, None)
    return Examined(
        row.sender_id, document, found.label, fault=found.fault, beside_ledger=row.beside_ledger
    )


def _let_go(waiting: WaitingRelease) -> None:
    db.session.execute(
        delete(WaitingRelease).where(
            WaitingRelease.municipality_id == waiting.municipality_id,
            WaitingRelease.sender_id == waiting.sender_id,
            WaitingRelease.public_key == waiting.public_key,
        )
    )


def _renewed(one: Examined, said: Renewal) -> list[Result]:
    """Let a key follow the former one, of each municipality that is known by that one now."""
    senders = db.session.scalars(
        select(SenderKey.sender_id)
        .where(
            SenderKey.municipality_id == access.reader().municipality_id,
            SenderKey.public_key == said.former,
        )
        .order_by(SenderKey.sender_id)
    ).all()
    if not senders:
        reason = translated(
            "De oude sleutel in dit bericht hoort niet bij een gemeente die hier bekend is."
        )
        return [Result(one.name, Taken.REFUSED, reason=reason)]
    return [_followed(one, said, place) for place in senders]


def _followed(one: Examined, said: Renewal, place: str) -> Result:
    known = [key.hex() for key in known_keys(place)]
    if known[-1:] == [said.key] and said.former in known:
        return Result(one.name, Taken.KNOWN, place)
    if known[-1:] != [said.former] or said.key in known:
        reason = translated(
            "De oude sleutel in dit bericht is al vervangen door een andere. Bel de gemeente."
        )
        return Result(one.name, Taken.REFUSED, place, reason)
    at = access.reader()
    key = SenderKey(
        municipality_id=at.municipality_id,
        sender_id=place,
        public_key=said.key,
        follows=said.former,
        statement=_text(one.document),
        confirmed_by=at.user_id,
    )
    db.session.add(key)
    db.session.flush()
    # A key has no id of its own: the log names it by its first half.
    audit.wrote(Action.NATIONAL_IMPORT, key, UUID(hex=said.key[:32]))
    return Result(one.name, Taken.RENEWED, place)


def _settled(one: Examined, own: Iterable[str]) -> Result:
    if one.label is None:
        return Result(one.name, Taken.REFUSED, reason=one.fault)
    try:
        return Result(one.name, _settle(one, one.label, own), one.label.place)
    except Invalid as refusal:
        return Result(one.name, Taken.REFUSED, one.label.place, refusal.message)


def _settle(one: Examined, said: Label, own: Iterable[str]) -> Taken:
    if said.place in own:
        raise Invalid("files", "Deze gemeente werkt op dit systeem en levert hier zelf.")
    check_over(said.period, today())
    known = _key_of(said.place)
    if known is None:
        return _wait(one, said)
    if known != said.public_key:
        return Taken.OTHER_KEY
    earlier = _imported(said)
    if said.hash in {row.release_hash for row in earlier}:
        return Taken.KNOWN
    newest = earlier[-1] if earlier else None
    if newest is not None:
        seen = label(_still_sound(newest)).earlier
        check_successor(said, newest.release_hash, seen)
    _enter(one, said, newest)
    return Taken.IN


def _still_sound(row: ImportedRelease) -> dict[str, Any]:
    try:
        return authentic_import(row)
    except Altered as fault:
        raise Invalid(
            "files",
            "Aan het rapport van deze gemeente dat hier al is, is iets veranderd. Daarom komt er "
            "geen nieuw rapport bij. Vraag de beheerder om een back-up terug te zetten.",
        ) from fault


def _key_of(place: str) -> str | None:
    """Return the key that a municipality signs by now, if it is known here."""
    known = known_keys(place)
    return known[-1].hex() if known else None


def _wait(one: Examined, said: Label) -> Taken:
    at = access.reader()
    if not db.session.scalar(
        select(WaitingRelease.id).where(
            WaitingRelease.municipality_id == at.municipality_id,
            WaitingRelease.public_key == said.public_key,
            WaitingRelease.release_hash == said.hash,
        )
    ):
        row = WaitingRelease(
            municipality_id=at.municipality_id,
            id=uuid4(),
            sender_id=said.place,
            public_key=said.public_key,
            release_hash=said.hash,
            document=_text(one.document),
            beside_ledger=one.beside_ledger,
            given_by=at.user_id,
        )
        db.session.add(row)
        db.session.flush()
        audit.wrote(Action.NATIONAL_IMPORT, row, row.id)
    return Taken.WAITS


def _imported(said: Label) -> list[ImportedRelease]:
    """Return what is here of this municipality over these days, the newest last."""
    rows = db.session.scalars(
        select(ImportedRelease).where(
            ImportedRelease.municipality_id == access.reader().municipality_id,
            ImportedRelease.sender_id == said.place,
            ImportedRelease.template_code == said.template_code,
            ImportedRelease.period_from == said.period.first,
            ImportedRelease.period_until == said.period.until,
        )
    ).all()
    after = {row.succeeds: row for row in rows}
    found: list[ImportedRelease] = []
    one = after.get(None)
    while one is not None:
        found.append(one)
        one = after.get(one.id)
    return found


def _enter(one: Examined, said: Label, newest: ImportedRelease | None) -> None:
    at = access.reader()
    row = ImportedRelease(
        municipality_id=at.municipality_id,
        id=uuid4(),
        sender_id=said.place,
        template_code=said.template_code,
        template_version=said.template_version,
        period_from=said.period.first,
        period_until=said.period.until,
        document=_text(one.document),
        release_hash=said.hash,
        public_key=said.public_key,
        beside_ledger=one.beside_ledger,
        succeeds=newest.id if newest else None,
        reason=said.reason,
        imported_by=at.user_id,
    )
    db.session.add(row)
    db.session.flush()
    audit.wrote(Action.NATIONAL_IMPORT, row, row.id)


def _text(document: Any) -> str:
    """Write a file in the one way there is: a name that stands in it twice is there once."""
    return canonical(document).decode() + "\n"
