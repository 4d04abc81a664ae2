"""The words of a certificate: computed from the numbers, so that no one can sign other ones."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from pmg.disclosure.canonical import canonical, digest
from pmg.disclosure.ledger import Key, Ledger
from pmg.disclosure.promises import limits
from pmg.disclosure.publish import publish
from pmg.disclosure.release import SUPPRESSION, Params, Release
from pmg.disclosure.specs import flat, table
from pmg.disclosure.tables import tabulate
from pmg.disclosure.verify import Outcome, outcome, verify
from tests.disclosure import test_verify, test_verify_hidden, test_verify_national
from tests.disclosure.build import KEY, a_publication, a_table
from tests.disclosure.test_verify import PRIVATE, PUBLIC

KINDS = {
    "rounded": (test_verify.document, PUBLIC),
    "hidden": (test_verify_hidden.document, PUBLIC),
    "national": (test_verify_national.national, test_verify_national.PUBLIC),
}
SIGNERS = {"rounded": PRIVATE, "hidden": PRIVATE, "national": test_verify_national.MINISTRY}


def signed_anew(kind: str, change: Callable[[Any], object]) -> list[Any]:
    document, key = KINDS[kind][0](), KINDS[kind][1]
    change(document["certificate"])
    document["signature"]["value"] = SIGNERS[kind].sign(canonical(document["certificate"])).hex()
    return verify(document, key=key)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "change",
    [
        lambda said: said.update(promises=["Niemand is ooit te vinden."]),
        lambda said: said["promises"].append("En nog veel meer."),
        lambda said: said.update(promises=said["promises"][:-1]),
        lambda said: said.update(limits=[]),
        lambda said: said["limits"].pop(0),
        lambda said: said.update(limits=["Beschermt tegen alles."]),
        lambda said: said.update(versions={}),
        lambda said: said["versions"].update({"pmg-disclosure": "9"}),
        lambda said: said["versions"].update({"pmg-disclosure": 1}),
        lambda said: said["versions"].update(approved="by all"),
        lambda said: said["versions"].update(highspy="beproefd en veilig"),
        lambda said: said.update(guarantee="Volledig anoniem."),
        lambda said: said.update(cells=float(said["cells"])),
    ],
)
def test_a_maker_who_signs_other_words_is_caught(
    kind: str, change: Callable[[Any], object]
) -> None:
    try:
        lines = signed_anew(kind, change)
    except ValueError:  # a number that no certificate can hold
        return
    assert outcome(lines) is Outcome.CERTIFICATE


def test_what_is_about_the_file_stays_the_makers_own() -> None:
    assert outcome(signed_anew("rounded", lambda said: said["about"].update(x="y"))) == 0


def test_nothing_can_be_said_beside_what_is_signed() -> None:
    document = test_verify.document()
    assert outcome(verify({**document, "remark": "Veilig."})) is Outcome.UNREADABLE
    document["signature"]["name"] = "Het ministerie"
    assert outcome(verify(document)) is Outcome.SIGNATURE


def resealed(kind: str, change: Callable[[Any], object]) -> Outcome:
    """What a maker can sign: a changed file with every hash of a world put right."""
    document, key = KINDS[kind][0](), KINDS[kind][1]
    change(document)
    for proof, world in zip(document["certificate"]["proof"], document["worlds"], strict=True):
        proof["hash"] = digest(world)
    document["signature"]["value"] = SIGNERS[kind].sign(canonical(document["certificate"])).hex()
    return outcome(verify(document, key=key))


@pytest.mark.parametrize("kind", ["rounded", "hidden"])
@pytest.mark.parametrize(
    "change",
    [
        lambda file: file["certificate"]["proof"][0].update(belofte="Niemand is ooit te vinden."),
        lambda file: file["worlds"][0].update(belofte="Niemand is ooit te vinden."),
        lambda file: file["certificate"]["proof"][0].update(rows=float(len(file["worlds"][0]))),
    ],
)
def test_a_maker_who_signs_words_beside_a_world_is_caught(
    kind: str, change: Callable[[Any], object]
) -> None:
    assert resealed(kind, lambda _file: None) is Outcome.GOOD
    assert resealed(kind, change) is Outcome.WORLD_HASH


@pytest.mark.parametrize("kind", ["rounded", "hidden"])
@pytest.mark.parametrize(
    "words",
    [
        {"ledger": "", "earlier": ["Niemand is ooit te vinden."]},
        {"ledger": "", "earlier": {"belofte": "Niemand is ooit te vinden."}},
        {"ledger": "", "earlier": [["0" * 64]]},
        {"ledger": "Niemand is ooit te vinden.", "earlier": []},
        {"ledger": ["0" * 64], "earlier": []},
    ],
)
def test_a_maker_who_signs_words_in_the_place_of_a_hash_is_caught(
    kind: str, words: dict[str, Any]
) -> None:
    assert outcome(signed_anew(kind, lambda said: said.update(words))) is Outcome.CERTIFICATE


@pytest.mark.parametrize(
    "words",
    [
        {"succeeds": "Niemand is ooit te vinden."},
        {"changes": ["Niemand is ooit te vinden."]},
        {"changes": {"belofte": "Niemand is ooit te vinden."}},
        {"changes": [{"what": "erbij", "of": "GM0344", "reason": "", "belofte": "Veilig."}]},
        {"changes": [{"what": "erbij", "of": "Niemand is te vinden.", "reason": ""}]},
        {"changes": [{"what": "alles klopt", "of": "GM0344", "reason": ""}]},
    ],
)
def test_national_figures_say_what_changed_by_codes_only(words: dict[str, Any]) -> None:
    changed = {"changes": [{"what": "erbij", "of": "GM0344", "reason": "Later geleverd."}]}
    assert outcome(signed_anew("national", lambda said: said.update(changed))) is Outcome.GOOD
    assert outcome(signed_anew("national", lambda said: said.update(words))) is Outcome.CERTIFICATE


OUTSIDE = [
    "Beschermt niet tegen medewerkers van de gemeente die de dossiers zelf kunnen inzien.",
    "Beschermt niet tegen wie al van buiten weet wie geteld is en daarop gokt.",
    "Zegt welke aantallen mogelijk blijven, niet hoe waarschijnlijk elk daarvan is.",
]
THINGS = (
    "Waar één mens meer dan één keer geteld kan zijn (zoals bij factoren en trajecten), beschermt "
    "dit wat is geteld, niet de mens in zijn geheel."
)
RING = (
    "Voor wie de enige is in een verborgen aantal, is gerekend met optellingen en hele getallen; "
    "hangen tabellen in een kring samen, dan kan hij soms meer uitsluiten dan is nagegaan."
)
HIDING = [
    "Tussen de verborgen aantallen zit ten minste één klein aantal; welk, is niet te zien.",
    "Van 0 is te zien dat het 0 is: dat in een groep niemand zit, wordt niet verborgen.",
]
ALONE = "Geldt voor deze publicatie op zichzelf, niet voor meer publicaties over dezelfde mensen."


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("rounded", [*OUTSIDE, ALONE]),
        ("rounded", [*OUTSIDE[:2], ALONE, OUTSIDE[2]]),
        ("hidden", [*OUTSIDE, *HIDING, ALONE]),
    ],
)
def test_what_was_released_with_the_first_words_still_holds(kind: str, words: list[str]) -> None:
    def as_it_was(said: Any) -> None:
        said["versions"]["pmg-disclosure"] = "1"
        said["limits"] = words

    assert outcome(signed_anew(kind, as_it_was)) is Outcome.GOOD


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("rounded", [*OUTSIDE, THINGS, ALONE]),
        ("hidden", [*OUTSIDE, THINGS, *HIDING, RING, ALONE]),
    ],
)
def test_what_was_released_with_the_second_words_still_holds(kind: str, words: list[str]) -> None:
    def as_it_was(said: Any) -> None:
        said["versions"]["pmg-disclosure"] = "2"
        said["limits"] = words

    assert outcome(signed_anew(kind, as_it_was)) is Outcome.GOOD
    if kind == "hidden":
        present = {"limits": words}
        assert outcome(signed_anew(kind, lambda said: said.update(present))) is Outcome.CERTIFICATE


def test_the_first_words_do_not_stand_for_the_present_ones() -> None:
    words = {"limits": [*OUTSIDE, ALONE]}
    assert outcome(signed_anew("rounded", lambda said: said.update(words))) is Outcome.CERTIFICATE


# Each limit stands where it is true


def said(release: Release, earlier: list[str] | None = None) -> str:
    return " ".join(limits(release, earlier))


def test_mixes_are_named_beside_earlier_releases_only() -> None:
    ledger = Ledger()
    first = publish(a_table(40), Params("1", population="x"), KEY, ledger=ledger)
    ledger = ledger.add("x", first.release)
    second = publish(a_table(40), Params("2", population="x"), KEY, ledger=ledger)

    assert "Niet elke gok" not in " ".join(first.certificate["limits"])
    assert "Niet elke gok" in " ".join(second.certificate["limits"])


def test_things_that_one_person_has_more_of_are_named_where_persons_are_not_bounded() -> None:
    bounded = publish(a_table(40), Params("r", contribution=3), KEY)

    assert "niet de mens in zijn geheel" in said(a_publication(40).release)
    assert "niet de mens in zijn geheel" not in said(bounded.release)


def test_the_ring_is_named_where_numbers_are_hidden() -> None:
    hidden = publish(a_table(40), Params("r", method=SUPPRESSION), KEY).release

    assert "in een kring" in said(hidden)
    assert "in een kring" not in said(a_publication(40).release)


def large(also: Sequence[Key] = ()) -> Any:
    """Numbers of which none is small, of which only what is asked for is hidden."""
    records = [{"d": "a"}] * 23 + [{"d": "b"}] * 9
    counted = tabulate({"youths": records}, [table("t", "youths", ["d"])], [flat("d", "ab")])
    return publish(counted, Params("r", method=SUPPRESSION), KEY, also=also)


@pytest.mark.parametrize(("also", "hidden"), [((), 0), ([("youths", frozenset({("d", "a")}))], 2)])
def test_no_certificate_says_of_large_numbers_that_a_small_one_is_among_them(
    also: Sequence[Key], hidden: int
) -> None:
    done = large(also)

    assert done.certificate["hidden"] == hidden
    assert "ten minste één klein" not in " ".join(done.certificate["limits"])
    assert ("kunnen kleine aantallen zitten" in said(done.release)) == (hidden > 0)
    assert all(line.outcome is Outcome.GOOD for line in verify(done.document))


def of_girls(number: int, *, base: int, ledger: Ledger) -> Any:
    """Two girls in one area and nobody else there; the first table does not divide by sex."""
    records = [{"area": "A", "sex": "v"}] * 2 + [{"area": "B", "sex": "m"}] * 33
    records += [{"area": "B", "sex": "v"}] * 21
    specs = [table("g", "youths", ["area"]), table("gg", "youths", ["area", "sex"])][:number]
    counted = tabulate({"youths": records}, specs, [flat("area", "AB"), flat("sex", "mv")])
    params = Params(f"{number} {base}", base=base, population="x")
    return publish(counted, params, KEY, ledger=ledger)


def test_tens_beside_fives_say_that_the_fives_are_what_is_left() -> None:
    ledger = Ledger()
    first = of_girls(1, base=5, ledger=ledger)
    ledger = ledger.add("x", first.release)
    tens = of_girls(2, base=10, ledger=ledger)
    after = ledger.add("x", tens.release).as_json()

    assert first.release.value("youths", {"area": "A"}) == 0
    assert tens.release.value("youths", {"area": "A", "sex": "v"}) == 0
    limit = next(text for text in tens.certificate["limits"] if "fijner" in text)
    assert "naast vijftallen kan 0 ook hier 0 tot en met 4 zijn" in limit
    assert outcome(verify(tens.document, ledger=after)) is Outcome.GOOD
    tens.certificate["limits"].remove(limit)
    assert outcome(verify(tens.document, ledger=after)) is Outcome.CERTIFICATE


def test_what_nothing_finer_can_stand_beside_does_not_say_so() -> None:
    ledger = Ledger()
    first = of_girls(1, base=10, ledger=ledger)
    fives = of_girls(
        2, base=5, ledger=Ledger().add("x", of_girls(1, base=5, ledger=ledger).release)
    )

    assert "fijner" not in " ".join(first.certificate["limits"])
    assert "fijner" not in " ".join(fives.certificate["limits"])


def test_sums_of_pairs_are_named_where_both_units_are_there() -> None:
    pair = (("youths", "referrals"),)
    specs = [table("t", "youths", ["a"]), table("u", "referrals", ["a"])]
    records = [{"a": "x"}] * 20
    counted = tabulate({"youths": records, "referrals": records}, specs, [flat("a", "xy")])
    both = publish(counted, Params("r", inside=pair), KEY).release
    one = publish(a_table(40), Params("r", inside=pair), KEY).release

    assert "zoals jongeren en aanmeldingen" in said(both)
    assert "zoals jongeren en aanmeldingen" not in said(one)


def test_a_certificate_of_either_kind_is_read_again_from_its_bytes() -> None:
    for document, key in KINDS.values():
        assert outcome(verify(json.loads(canonical(document())), key=key)) is Outcome.GOOD
