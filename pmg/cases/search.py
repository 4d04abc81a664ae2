"""Is a youth already known? Names are compared in memory, since no index of names may exist.

One index a municipality and process: normalised names by birth date, brought up to date before
each search and dropped after a quarter of an hour. It holds no data keys and answers with ids
only; what may be said about a hit is decided after it.
"""

import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import RowMapping, text

from pmg.cases import rules
from pmg.cases.intake import Person
from pmg.clock import now
from pmg.extensions import db
from pmg.security import access
from pmg.security.encryption import Place, keystore, unseal

KEPT = timedelta(minutes=15)
# A row gets its moment before its transaction commits: what came late is asked for again.
_OVERLAP = timedelta(minutes=5)
_KEYS_AT_ONCE = 1000
_BEGINNING = datetime(1, 1, 1, tzinfo=UTC)
_PEOPLE = text("SELECT * FROM pmg_intake_people(:after)")


@dataclass(frozen=True, slots=True)
class Entry:
    """One youth as the index holds him."""

    named: rules.Named
    changed_at: datetime


@dataclass(slots=True)
class Index:
    """The names of one municipality."""

    built_at: datetime
    upto: datetime = _BEGINNING
    entries: dict[UUID, Entry] = field(default_factory=dict)
    by_birth: dict[date, set[UUID]] = field(default_factory=dict)
    by_word: dict[str, set[UUID]] = field(default_factory=dict)
    # A word, and that word with a letter less, to the words of which it may be a slip. A word of
    # someone who was renamed stays until the index goes: nobody has it, so it finds nobody.
    words: dict[str, set[str]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def put(self, youth_id: UUID, entry: Entry) -> None:
        """Add a youth, or replace what was known of him."""
        if (old := self.entries.get(youth_id)) is not None:
            self.by_birth[old.named.birth_date].discard(youth_id)
            for word in old.named.key.split():
                self.by_word[word].discard(youth_id)
        self.entries[youth_id] = entry
        self.by_birth.setdefault(entry.named.birth_date, set()).add(youth_id)
        for word in entry.named.key.split():
            if word not in self.by_word:
                self.by_word[word] = set()
                for part in rules.shortened(word):
                    self.words.setdefault(part, set()).add(word)
            self.by_word[word].add(youth_id)

    def who(self, question: rules.Question, among: set[UUID]) -> set[UUID]:
        """Return who of these fits the name and the birth date that are asked."""
        found = among
        if question.born is not None:
            found = found & self.by_birth.get(question.born, set())
        for word in question.words:
            found = found & self._with_word(word)
        return found

    def _with_word(self, asked: str) -> set[UUID]:
        likely = {word for part in rules.shortened(asked) for word in self.words.get(part, ())}
        named = [self.by_word[word] for word in likely if rules.same_word(asked, word)]
        return set().union(*named)

    def find(self, wanted: rules.Named) -> list[UUID]:
        """Return who may be the same: nearly the same name, or a birth date with one slip."""
        found = [
            youth_id
            for youth_id in self.by_birth.get(wanted.birth_date, ())
            if rules.same_person(self.entries[youth_id].named, wanted)
        ]
        for day in _slips(wanted.birth_date):
            found += [
                youth_id
                for youth_id in self.by_birth.get(day, ())
                if self.entries[youth_id].named.key == wanted.key
            ]
        return found


@cache
def _indexes() -> dict[str, Index]:
    return {}


def find(person: Person) -> list[UUID]:
    """Return the ids of the municipality's youths who may be this person.

    Row security lets nobody ask but who may refer; others get an empty list.
    """
    return find_all([person])[0]


def find_all(people: Sequence[Person]) -> list[list[UUID]]:
    """Return for each person what `find` does; the index is brought up to date once."""
    index = _index(access.reader().municipality_id)
    with index.lock:
        _bring_up_to_date(index)
        return [index.find(person.named) for person in people]


def _index(municipality_id: str) -> Index:
    held, moment = _indexes(), now()
    for stale in [code for code, index in held.items() if moment - index.built_at > KEPT]:
        del held[stale]
    if municipality_id not in held:
        held[municipality_id] = Index(moment)
        _drop_later(municipality_id)
    return held[municipality_id]


def _drop_later(municipality_id: str) -> None:
    """Let go of the names also when nobody searches any more."""
    timer = threading.Timer(KEPT.total_seconds(), _indexes().pop, (municipality_id, None))
    timer.daemon = True
    timer.start()


def _bring_up_to_date(index: Index) -> None:
    after = index.upto - _OVERLAP if index.upto > _BEGINNING else _BEGINNING
    rows = db.session.execute(_PEOPLE, {"after": after}).mappings()
    news = [row for row in rows if not _is_held(index, row)]
    for youth_id, entry in _opened(news):
        index.put(youth_id, entry)
        index.upto = max(index.upto, entry.changed_at)


def find_own(question: rules.Question, rows: Sequence[RowMapping]) -> set[UUID]:
    """Return which youths of these rows fit what is asked; the rows are the reader's own to read.

    Each row holds `id`, `changed_at` and the sealed names and birth date of a youth. They are
    opened at the first search and remembered with the others for a quarter of an hour.
    """
    index = _index(access.reader().municipality_id)
    with index.lock:
        for youth_id, entry in _opened([row for row in rows if not _is_held(index, row)]):
            index.put(youth_id, entry)
        return index.who(question, {row["id"] for row in rows})


def _is_held(index: Index, row: RowMapping) -> bool:
    entry = index.entries.get(row["id"])
    return entry is not None and entry.changed_at == row["changed_at"]


def _opened(rows: list[RowMapping]) -> Iterator[tuple[UUID, Entry]]:
    municipality_id = access.reader().municipality_id
    for some in _some(rows):
        keys = keystore().fetch(municipality_id, [row["id"] for row in some])
        for row in some:
            if row["id"] in keys:  # else the youth was erased
                yield row["id"], _entry(row, AESGCM(keys[row["id"]]), municipality_id)


def _some(rows: list[RowMapping]) -> Iterable[list[RowMapping]]:
    return (rows[at : at + _KEYS_AT_ONCE] for at in range(0, len(rows), _KEYS_AT_ONCE))


def _entry(row: RowMapping, cipher: AESGCM, municipality_id: str) -> Entry:
    def opened(column: str) -> str:
        place = Place(municipality_id, "youth", column, row["id"])
        return unseal(cipher, place, bytes(row[column])).decode()

    name = f"{opened('given_name_sealed')} {opened('family_name_sealed')}"
    birth_date = date.fromisoformat(opened("birth_date_sealed"))
    return Entry(rules.Named(rules.name_key(name), birth_date), row["changed_at"])


@lru_cache(maxsize=8192)
def _slips(day: date) -> frozenset[date]:
    """Return the days that one slip makes of this one: another digit, or day and month swapped."""
    written = f"{day:%Y%m%d}"
    slips = {written[:4] + written[6:] + written[4:6]}
    for place in range(2, len(written)):
        slips |= {written[:place] + digit + written[place + 1 :] for digit in "0123456789"}
    return frozenset(found for slip in slips if (found := _day(slip)) is not None and found != day)


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None
