"""An observation is one statement about one factor; a direction is about one factor too."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmg.errors import Invalid
from pmg.factors.rules import (
    Direction,
    Nature,
    Observation,
    Presence,
    Source,
    check,
    direction,
)
from pmg.reference.factors import FACTORS, FactorKind

TODAY = date(2026, 11, 23)
KNOWN = st.sampled_from([p for p in Presence if p is not Presence.UNKNOWN])
SEEN = Observation(
    FACTORS["R-SCH-VERZUIM"], Presence.CLEAR, Nature.FACT, Source.SCHOOL, TODAY, " Drie weken weg. "
)


def refused(observation: Observation, age: int = 16) -> Invalid:
    with pytest.raises(Invalid) as refusal:
        check(observation, age=age, today=TODAY)
    return refusal.value


def test_a_sound_observation_gives_back_its_clean_note() -> None:
    assert check(SEEN, age=16, today=TODAY) == "Drie weken weg."


def test_tomorrow_cannot_have_been_seen() -> None:
    assert refused(replace(SEEN, on=date(2026, 11, 24))).field == "on"


@pytest.mark.parametrize("age", [7, 24])
def test_a_factor_that_does_not_fit_the_age_names_its_ages(age: int) -> None:
    refusal = refused(SEEN, age=age)
    assert refusal.field == "factor"
    assert "8 tot en met 23 jaar" in refusal.message


def test_a_suspicion_says_what_it_rests_on() -> None:
    assert refused(replace(SEEN, nature=Nature.SUSPICION, note="")).field == "note"
    assert check(replace(SEEN, nature=Nature.SUSPICION), age=16, today=TODAY)


@pytest.mark.parametrize("note", ["a\0b", "\ud800", "x" * 4001])
def test_a_note_that_cannot_be_kept_is_refused(note: str) -> None:
    assert refused(replace(SEEN, note=note)).field == "note"


@pytest.mark.parametrize(
    ("first", "last", "kind", "way"),
    [
        (Presence.STRONG, Presence.SLIGHT, FactorKind.RISK, Direction.BETTER),
        (Presence.SLIGHT, Presence.STRONG, FactorKind.RISK, Direction.WORSE),
        (Presence.SLIGHT, Presence.STRONG, FactorKind.PROTECTIVE, Direction.BETTER),
        (Presence.CLEAR, Presence.CLEAR, FactorKind.RISK, Direction.SAME),
        (Presence.UNKNOWN, Presence.CLEAR, FactorKind.RISK, Direction.UNCLEAR),
        (Presence.UNKNOWN, Presence.UNKNOWN, FactorKind.RISK, Direction.UNCLEAR),
    ],
)
def test_the_direction_of_one_factor(
    first: Presence, last: Presence, kind: FactorKind, way: Direction
) -> None:
    assert direction(first, last, kind) is way


@given(first=KNOWN, last=KNOWN)
def test_what_is_better_for_a_risk_is_worse_for_a_protection(
    first: Presence, last: Presence
) -> None:
    ways = {direction(first, last, kind) for kind in FactorKind}
    assert ways in ({Direction.SAME}, {Direction.BETTER, Direction.WORSE})


@given(first=KNOWN, last=KNOWN)
def test_going_back_turns_the_direction_round(first: Presence, last: Presence) -> None:
    there = direction(first, last, FactorKind.RISK)
    back = direction(last, first, FactorKind.RISK)
    assert (there is back) == (there is Direction.SAME)
