"""What is shared in the demo, each with its ground, under the agreement of its municipality."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import psycopg

from pmg.cases.shares import Thing
from pmg.demo.people import NAMESPACE, Account, Staff
from pmg.demo.story import Story
from pmg.security.policy import Role

COLUMNS: dict[str, tuple[str, ...]] = {
    "share": (
        "municipality_id", "id", "case_id", "youth_id", "act_id", "kind", "item_id", "category",
        "source_id", "organisation_id", "purpose", "legal_basis", "why_sealed", "agreement_id",
        "since", "until", "decided_by", "ended_at", "ended_by",
    ),
}  # fmt: skip
_PAD, _SIGNED = 256, timedelta(days=900)
YEAR = timedelta(days=365)
_WHY = (
    "De casusregisseur heeft dit nodig om het plan met de jongere te maken.",
    "Zonder dit weet de casusregisseur niet wat er al is afgesproken.",
    "Het is nodig voor het overleg over de volgende stap; minder volstaat niet.",
)
_AGREEMENT = """
INSERT INTO agreement (municipality_id, id, title, purpose, legal_bases, partner_codes,
    organisation_ids, valid_from, valid_until, reference, kept_by, kept_at, version)
VALUES (%s, %s, %s, %s, %s, %s, '{}', %s, NULL, %s, %s, %s, 1) ON CONFLICT DO NOTHING"""
Seal = Callable[[str, str, UUID, str | None, int], Any]


def agreement_id(municipality_id: str) -> UUID:
    """Return the id of the agreement of a municipality."""
    return uuid5(NAMESPACE, f"agreement/{municipality_id}")


def enter_agreement(
    connection: "psycopg.Connection[tuple[Any, ...]]", staff: Staff, *, today: date
) -> None:
    """Let a municipality have an agreement with everyone who shares in the demo."""
    keeper = staff.of(Role.ADMINISTRATOR)[0]
    begins = today - _SIGNED
    connection.execute(
        _AGREEMENT,
        (
            keeper.municipality_id, agreement_id(keeper.municipality_id),
            "Convenant persoonsgerichte aanpak jeugd",
            "Samen voorkomen dat jongeren afglijden, en weten wie wat doet.",
            ["JEUGDWET", "OPENBARE-ORDE", "EIGEN-TAAK"],
            ["GEM-JEUGD", "GEM-OOV", "JONGERENWERK", "POLITIE", "SCHOOL", "GGZ"],
            begins, "Z-2024-0117", keeper.id, datetime(begins.year, 1, 8, 9, tzinfo=UTC),
        ),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shared:
    """One item that somebody shares with another, from a moment to a moment."""

    kind: Thing
    item_id: UUID
    source: Account
    receiver: Account
    since: datetime
    until: datetime


def row(
    story: Story, under: tuple[str, UUID, UUID, UUID], one: Shared, seal: Seal
) -> tuple[Any, ...]:
    """Return the row of a share."""
    id_, since = under[1], one.since
    over = story.closed_on and datetime.combine(story.closed_on, since.timetz())
    return (
        *under, id_, one.kind.value, one.item_id, "journal", one.source.organisation.id,
        one.receiver.organisation.id, "VOORKOMEN", "JEUGDWET",
        seal("share", "why_sealed", id_, _WHY[id_.int % len(_WHY)], _PAD),
        agreement_id(story.municipality_id), since, one.until, one.source.id,
        over and max(over, since), story.director.id if over else None,
    )  # fmt: skip
