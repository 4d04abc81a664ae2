"""When triage is in the demo, and one group approach: a place, what was seen, and no person."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid5

import psycopg
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from pmg.demo.people import NAMESPACE, Account, Staff
from pmg.demo.stores import Stores, insert
from pmg.security.encryption import Place, seal
from pmg.security.policy import Role

_NAME, _PLACE = "Plein bij de bibliotheek", "Het plein, de fietsenstalling en het speelveld"
_STEPS = (
    "Jongerenwerk en politie zien dezelfde overlast op dezelfde locatie. Wij kijken verder.",
    "Vooral op vrijdag en zaterdag na negen uur. Harde muziek, vuurwerk en vernielde fietsen.",
)
_SEEN = (
    (2, time(22, 15), "Bij de fietsenstalling", "Harde muziek tot na middernacht.", "bewoner"),
    (5, time(21, 30), "Op het speelveld", "Vuurwerk afgestoken, niemand gewond.", "partner"),
    (9, time(20), "Voor de ingang", "Het was rustig toen er begeleiding was.", "eigen_waarneming"),
)
_PICTURE = "Als er begeleiding op het plein is, blijft het rustig. De verlichting is er slecht."
_AGREED = "Op vrijdag en zaterdag van acht tot elf uur aanwezig zijn op het plein."
_PAD, _SHORT_PAD = 256, 64
_COLUMNS: dict[str, tuple[str, ...]] = {
    "triage_slot": ("weekday", "starts", "minutes", "term_days", "set_by", "set_at"),
    "group_approach": (
        "name_sealed", "place_sealed", "review_on", "opened_on", "opened_by", "version",
    ),
    "group_seat": ("group_id", "user_id", "function", "valid_from", "granted_by"),
    "group_step": ("group_id", "stage", "words_sealed", "done_on", "by_id", "version"),
    "group_observation": (
        "group_id", "on_day", "clock", "place_sealed", "words_sealed", "source", "nature",
        "organisation_id", "by_id", "at",
    ),
    "group_picture": (
        "group_id", "organisation_id", "words_sealed", "is_shared", "by_id", "changed_at",
        "version",
    ),
    "group_agreement": (
        "group_id", "what_sealed", "owner_id", "due_on", "made_by", "version",
    ),
}  # fmt: skip
_Row = tuple[str, tuple[Any, ...]]


def enter_groups(
    stores: Stores, connection: "psycopg.Connection[tuple[Any, ...]]", staff: Staff, *, today: date
) -> None:
    """Set the weekly time of a municipality and let its partners work on one place."""
    group_id = uuid5(NAMESPACE, f"group/{staff.municipality.code}")
    found = connection.execute("SELECT id FROM group_approach WHERE id = %s", (group_id,))
    if found.fetchone():
        return  # its words open with the key that is there
    cipher = stores.create_keys(staff.municipality.code, [group_id])[group_id]
    made = list(_rows(staff, group_id, cipher, today))
    for table, columns in _COLUMNS.items():
        rows = [row for of, row in made if of == table]
        insert(connection, table, ("municipality_id", "id", *columns), rows)


def _rows(staff: Staff, group_id: UUID, cipher: AESGCM, today: date) -> Iterator[_Row]:
    place = staff.municipality.code
    leads, works = staff.of(Role.PROCESS_DIRECTOR)[0], staff.of(Role.YOUTH_WORKER)[0]
    police = staff.of(Role.PARTNER, "POLITIE")[0]
    began = today - timedelta(days=12)
    moment = datetime.combine(began, time(9), UTC)

    def row(table: str, what: object, *values: Any) -> _Row:
        return table, (place, uuid5(group_id, f"{table}/{what}"), *values)

    def sealed(table: str, column: str, what: object, words: str, pad: int = _PAD) -> bytes:
        row_id = group_id if table == "group_approach" else uuid5(group_id, f"{table}/{what}")
        return seal(cipher, Place(place, table, column, row_id), words.encode(), pad=pad)

    yield row("triage_slot", 1, 4, time(10), 60, 7, leads.id, moment)
    yield "group_approach", (
        place, group_id,
        sealed("group_approach", "name_sealed", "", _NAME, _SHORT_PAD),
        sealed("group_approach", "place_sealed", "", _PLACE, _SHORT_PAD),
        today + timedelta(days=24), began, leads.id, 1,
    )  # fmt: skip
    for one in (leads, works, police):
        yield row("group_seat", one.id, group_id, one.id, one.role, moment, leads.id)
    for stage, words in enumerate(_STEPS, start=1):
        text = sealed("group_step", "words_sealed", stage, words)
        done_on = began + timedelta(days=4) if stage == 1 else None
        yield row("group_step", stage, group_id, str(stage), text, done_on, leads.id, 1)
    for number, (ago, clock, where, words, source) in enumerate(_SEEN):
        by: Account = police if source == "partner" else works
        yield row(
            "group_observation", number, group_id, today - timedelta(days=ago), clock,
            sealed("group_observation", "place_sealed", number, where, _SHORT_PAD),
            sealed("group_observation", "words_sealed", number, words),
            source, "feit", by.organisation.id, by.id, moment,
        )  # fmt: skip
    picture = sealed("group_picture", "words_sealed", 1, _PICTURE)
    at = works.organisation.id
    yield row("group_picture", 1, group_id, at, picture, True, works.id, moment, 1)
    agreed = sealed("group_agreement", "what_sealed", 1, _AGREED)
    due_on = today + timedelta(days=3)
    yield row("group_agreement", 1, group_id, agreed, works.id, due_on, leads.id, 1)
