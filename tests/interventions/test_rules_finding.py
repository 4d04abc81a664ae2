"""Finding is looking up: the order says nothing of the youth, and each entry says why."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from pmg.interventions.rules import Match, Wish, facets, find, near
from pmg.reference.evidence import EvidenceLevel
from pmg.reference.factors import FACTORS
from pmg.reference.interventions import INTERVENTIONS, Setting, Track

TODAY = date(2026, 11, 23)
CATALOGUE = tuple(INTERVENTIONS.values())
WISHES = st.builds(
    Wish,
    factors=st.lists(st.sampled_from(list(FACTORS)), max_size=4, unique=True).map(tuple),
    age=st.none() | st.integers(6, 30),
    track=st.none() | st.sampled_from(Track),
    setting=st.none() | st.sampled_from(Setting),
    minimum_evidence=st.none() | st.sampled_from(EvidenceLevel),
    text=st.none() | st.sampled_from(["", "training", "gezin", "zzz"]),
)


def codes(matches: list[Match]) -> list[str]:
    return [match.intervention.code for match in matches]


@settings(deadline=None)
@given(wish=WISHES, seed=st.randoms(use_true_random=False))
def test_the_order_is_evidence_then_name_whatever_is_asked(wish: Wish, seed: object) -> None:
    shuffled = list(CATALOGUE)
    seed.shuffle(shuffled)  # type: ignore[attr-defined]
    found = find(wish, shuffled, TODAY)
    everything = codes(find(Wish(), CATALOGUE, TODAY))
    assert codes(found) == [code for code in everything if code in codes(found)]
    levels = [match.intervention.evidence_level.order for match in found]
    assert levels == sorted(levels, reverse=True)


@settings(deadline=None)
@given(wish=WISHES)
def test_what_is_found_fits_and_what_is_near_misses_one_thing(wish: Wish) -> None:
    found, almost = find(wish, CATALOGUE, TODAY), near(wish, CATALOGUE, TODAY)
    assert not set(codes(found)) & set(codes(almost))
    assert all(not match.misfits for match in found)
    assert all(len(match.misfits) == 1 for match in almost)


@settings(deadline=None)
@given(wish=WISHES)
def test_the_counts_are_what_choosing_would_give(wish: Wish) -> None:
    counts = facets(wish, CATALOGUE)
    for track in Track:
        chosen = Wish(wish.factors, wish.age, track, wish.setting, wish.minimum_evidence, wish.text)
        assert counts.tracks[track] == len(find(chosen, CATALOGUE, TODAY))


def test_each_match_says_why_it_is_shown() -> None:
    wish = Wish(factors=("R-VRI-DRUK", "R-SCH-BINDING"), age=16, track=Track.OPPORTUNITIES)
    first = find(wish, CATALOGUE, TODAY)[0]
    assert first.intervention.code == "AJB"
    assert first.reasons == (
        "Richt zich op: Gevoelig voor groepsdruk; Weinig binding met school",
        "Past bij 16 jaar",
        "Spoor: kansen",
    )
    assert "ouder dan vijf jaar" in first.warnings[0]


def test_what_does_not_fit_the_age_says_for_whom_it_is() -> None:
    almost = {m.intervention.code: m for m in near(Wish(age=8), CATALOGUE, TODAY)}
    assert almost["HALT"].misfits == ("Bedoeld voor 12 tot en met 17 jaar",)


def test_more_matching_factors_do_not_move_an_intervention_up() -> None:
    wish = Wish(factors=("R-SCH-BINDING", "R-SCH-VERZUIM", "R-VRI-DRUK"))
    found = codes(find(wish, CATALOGUE, TODAY))
    assert found.index("MST") < found.index("JWOPSCHOOL")  # one factor, better evidence


def test_a_search_in_words_minds_no_capitals_or_accents() -> None:
    assert codes(find(Wish(text="MULTIsysteem"), CATALOGUE, TODAY)) == ["MST"]
    assert find(Wish(text="bestaat niet"), CATALOGUE, TODAY) == []


def test_a_minimum_of_evidence_leaves_out_what_was_never_judged() -> None:
    found = find(Wish(minimum_evidence=EvidenceLevel.FIRST_INDICATIONS), CATALOGUE, TODAY)
    assert {m.intervention.evidence_level for m in found} == {EvidenceLevel.FIRST_INDICATIONS}
