"""What the providers of the demo offer, and who is referred to them and waits for an answer."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid5

import psycopg

from pmg.demo.people import NAMESPACE, Staff
from pmg.demo.story import Story
from pmg.demo.trajectories import Work, offered_here, providers
from pmg.security.policy import Role

_PAD, _NAME_PAD, _AGE_PAD = 256, 32, 16
_SIGNED, _RUNS = timedelta(days=900), timedelta(days=500)
_PLACES = (6, 8, 12, 20)
_PRICES = (None, 1_250, 2_400, 4_500)
_UNDER_A_CASE = ("municipality_id", "id", "case_id", "youth_id")
COLUMNS: dict[str, tuple[str, ...]] = {
    "provider_referral": (
        *_UNDER_A_CASE, "trajectory_id", "offer_id", "organisation_id", "intervention_code",
        "name_sealed", "age_sealed", "goal_sealed", "target_factors", "planned_start",
        "planned_end", "sent_by", "sent_at", "answer", "version",
    ),
}  # fmt: skip
_OFFER = """
INSERT INTO offer (municipality_id, id, organisation_id, intervention_code, places, price,
    contract_from, contract_until, areas, contact, version)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, '{}', %s, 1) ON CONFLICT DO NOTHING"""
_VERSION = """
INSERT INTO offer_version (municipality_id, id, offer_id, number, places, price, contract_from,
    contract_until, areas, contact, reason, entered_by, entered_at)
VALUES (%s, %s, %s, 1, %s, %s, %s, %s, '{}', %s, %s, %s, %s) ON CONFLICT DO NOTHING"""
Seal = Callable[[str, str, UUID, str | None, int], Any]


def offer_id(organisation_id: UUID, code: str) -> UUID:
    """Return the id of what an organisation offers of an intervention."""
    return uuid5(NAMESPACE, f"offer/{organisation_id}/{code}")


def enter_offers(
    connection: "psycopg.Connection[tuple[Any, ...]]", staff: Staff, *, youths: int, today: date
) -> None:
    """Let every provider in a municipality have a contract, with more places where there are more.

    Some are for few: there youths wait.
    """
    officer = staff.of(Role.POLICY_OFFICER)[0]
    begins, ends = today - _SIGNED, today + _RUNS
    entered = datetime.combine(begins, time(10), UTC)
    offers, versions = [], []
    for intervention in offered_here():
        for partner in providers(intervention):
            one = staff.organisation(partner)
            id_ = offer_id(one.id, intervention.code)
            places = _PLACES[id_.int % len(_PLACES)] + youths // 40
            price = _PRICES[id_.int // 7 % len(_PRICES)]
            said = (places, price, begins, ends)
            contact = f"het secretariaat van {one.name}"
            offers.append((one.municipality_id, id_, one.id, intervention.code, *said, contact))
            versions.append(
                (
                    one.municipality_id, uuid5(id_, "1"), id_, *said, contact, "nieuw contract",
                    officer.id, entered,
                )
            )  # fmt: skip
    cursor = connection.cursor()
    cursor.executemany(_OFFER, offers)
    cursor.executemany(_VERSION, versions)


def waits(work: Work) -> bool:
    """Tell whether the provider has not answered yet: it neither began nor ended."""
    return work.started_on is None and work.ended_on is None


def referral(
    story: Story, work: Work, under: tuple[str, UUID, UUID, UUID], of: UUID, seal: Seal
) -> tuple[Any, ...]:
    """Return the row of a referral that waits; `of` is its trajectory."""
    table = "provider_referral"
    name = f"{story.given_name} {story.family_name}"
    return (
        *under, of, offer_id(work.provider.id, work.code), work.provider.id, work.code,
        seal(table, "name_sealed", under[1], name, _NAME_PAD),
        seal(table, "age_sealed", under[1], str(story.age), _AGE_PAD),
        seal(table, "goal_sealed", under[1], work.goal, _PAD),
        list(work.factors), work.planned_start, work.planned_end, story.director.id,
        datetime.combine(work.assigned_on, time(11), UTC), "aangevraagd", 1,
    )  # fmt: skip


def rows(story: Story, under: Callable[[object], Any], seal: Seal) -> Iterator[tuple[Any, ...]]:
    """Return what of a story waits for the answer of a provider."""
    if story.closed_on is not None:
        return
    for number, work in enumerate(story.work):
        if waits(work):
            of = under(f"trajectory {number}")[1]
            yield referral(story, work, under(f"provider {number}"), of, seal)
