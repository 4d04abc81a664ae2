"""Categories that everybody knows from others: an attacker who adds them up learns nothing more."""

import itertools
import json
import random
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from pmg.disclosure.audit import audit
from pmg.disclosure.errors import BadRecord, BadSpecification
from pmg.disclosure.insider import audit_insiders
from pmg.disclosure.ledger import Ledger
from pmg.disclosure.merging import Asked, Merged, merged, proposals
from pmg.disclosure.publish import publish
from pmg.disclosure.release import Params, Release, read_release
from pmg.disclosure.specs import Follows, Hierarchy, flat, table
from pmg.disclosure.tables import Table, structure, tabulate
from pmg.disclosure.verify import Outcome, outcome, verify
from pmg.disclosure.worlds import World, base_world
from tests.disclosure.build import KEY, keys

WORK = flat("work", ["w1", "w2", "w3", "w4"])
TRACK = Hierarchy(
    "track",
    ("chances", "limits"),
    follows=Follows("work", {"w1": "chances", "w2": "chances", "w3": "limits", "w4": "limits"}),
)
PROOF = Hierarchy(
    "proof",
    ("weak", "strong"),
    follows=Follows("work", {"w1": "weak", "w2": "strong", "w3": "weak", "w4": "weak"}),
)
END = flat("end", ["runs", "ended"])
KNOWN = [WORK, TRACK, PROOF, END]
TABLES = {
    "work": table("work", "started", ["work"]),
    "track": table("track", "started", ["track", "end"]),
    "proof": table("proof", "started", ["proof", "end"]),
}


def started(*numbers: int, seed: int = 1, known: list[Hierarchy] = KNOWN) -> Table:
    """Count so many of each kind of work in all three tables."""
    chance = random.Random(seed)
    rows = [
        {
            "work": work,
            "track": TRACK.follows.codes[work],
            "proof": PROOF.follows.codes[work],
            "end": chance.choice(END.codes),
        }
        for work, number in zip(WORK.codes, numbers, strict=True)
        for _ in range(number)
        if TRACK.follows and PROOF.follows
    ]
    return tabulate({"started": rows}, list(TABLES.values()), known)


def incidence(release: Release) -> np.ndarray:
    """Which kinds of unit that there can be lie in which cell: made here, from what all know."""
    (part,) = release.parts
    kinds = [
        {"work": w, "track": TRACK.follows.codes[w], "proof": PROOF.follows.codes[w], "end": end}
        for w, end in itertools.product(WORK.codes, END.codes)
        if TRACK.follows and PROOF.follows
    ]
    cells = [dict(zip(part.dimensions, cell, strict=True)) for cell in part.cells]
    return np.array(
        [
            [float(all(cell[name] in (None, kind[name]) for name in cell)) for kind in kinds]
            for cell in cells
        ]
    )


def attack(release: Release) -> Iterator[tuple[int, float, float]]:
    a, z, d = incidence(release), np.array(release.values[0]), release.tolerance
    sides, limits = np.vstack([a, -a]), np.concatenate([z + d, d - z])
    for value, row in zip(z, a, strict=True):
        low, high = (linprog(sign * row, A_ub=sides, b_ub=limits) for sign in (1, -1))
        if not low.success:  # the numbers contradict what everybody knows
            yield int(value), 1.0, 0.0
        else:
            yield int(value), low.fun, -high.fun


def narrowed(release: Release) -> list[tuple[int, float, float]]:
    d = release.tolerance
    return [
        (value, low, high)
        for value, low, high in attack(release)
        if low > max(0, value - d) + 1e-6 or high < value + d - 1e-6
    ]


numbers = st.tuples(*[st.integers(0, 14)] * 4)


@settings(max_examples=12, deadline=None)
@given(many=numbers, seed=st.integers(0, 99), key=keys)
def test_who_knows_what_follows_narrows_no_cell(
    many: tuple[int, ...], seed: int, key: bytes
) -> None:
    done = publish(started(*many, seed=seed), Params("r"), key)

    assert narrowed(done.release) == []
    assert outcome(verify(json.loads(done.as_bytes()))) is Outcome.GOOD


def test_this_attacker_narrows_what_was_rounded_as_if_nothing_followed() -> None:
    apart = [replace(one, follows=None) for one in KNOWN]

    found = [
        narrowed(publish(started(3, 4, 2, 6, known=apart), Params(f"r{i}"), KEY).release)
        for i in range(6)
    ]

    assert any(found)


def test_one_thing_under_two_names_has_one_number() -> None:
    release = publish(started(3, 4, 2, 6), Params("r"), KEY).release

    for code in TRACK.codes:
        works = [w for w, track in TRACK.follows.codes.items() if track == code]
        assert release.value("started", {"track": code}) == sum(
            release.value("started", {"work": work}) for work in works
        )


def test_a_dimension_that_no_table_shows_still_rules_out_what_cannot_be() -> None:
    """No work is on limits and strong: the two tables alone do not say so, all know it."""
    full = started(9, 1, 1, 9)
    tables = [TABLES["track"], TABLES["proof"]]
    parts = structure(tables, KNOWN)
    counts = tuple(
        full.counts[0][full.parts[0].index[(None, *cell[1:])]] for cell in parts[0].cells
    )
    found = [
        publish(Table(parts, (counts,), tuple(tables), tuple(KNOWN)), Params(f"r{i}"), KEY)
        for i in range(8)
    ]

    assert all(narrowed(done.release) == [] for done in found)
    for done in found:
        (world,) = done.worlds
        kinds = [dict(zip(world.dimensions, codes, strict=True)) for codes, _ in world.rows]
        assert not any((one["track"], one["proof"]) == ("limits", "strong") for one in kinds)


def test_nobody_is_told_on_where_nobody_can_be() -> None:
    part = started(1, 1, 1, 1).parts[0]
    crossed = structure([table("both", "started", ["track", "proof"])], KNOWN)[0]

    assert part.never == frozenset()
    never = [dict(zip(crossed.dimensions, crossed.cells[at], strict=True)) for at in crossed.never]
    assert never == [{"work": None, "track": "limits", "proof": "strong"}]


def each_of(**kinds: int) -> list[dict[str, str]]:
    """So many of each kind of work."""
    return [
        {"work": w, "track": TRACK.follows.codes[w], "proof": PROOF.follows.codes[w]}
        for w, n in kinds.items()
        for _ in range(n)
        if TRACK.follows and PROOF.follows
    ]


def crossed_by(**kinds: int) -> Table:
    """Count them in one table of track by proof, of which one cell can never be."""
    specs = [table("both", "started", ["track", "proof"]), TABLES["work"]]
    return tabulate({"started": each_of(**kinds)}, specs, KNOWN)


def test_a_correction_is_not_held_for_what_cannot_be() -> None:
    first = publish(crossed_by(w1=9, w2=3, w3=2, w4=3), Params("r1", population="x"), KEY).release
    ledger = Ledger().add("x", first)

    more = crossed_by(w1=29, w2=3, w3=2, w4=3)
    now = publish(more, Params("r2", population="x"), KEY, ledger=ledger).release

    assert now.values != first.values
    assert now.tolerance == first.tolerance


def test_a_provider_of_all_is_not_held_for_what_cannot_be() -> None:
    kinds = {"w1": 9, "w2": 3, "w3": 2, "w4": 3}
    counted, rows = crossed_by(**kinds), each_of(**kinds)
    part = counted.parts[0]
    own = [(tuple(row[name] for name in part.dimensions), 1) for row in rows]
    for number in range(6):
        release = publish(counted, Params(f"r{number}", base=10), KEY).release
        found = audit_insiders(counted, release, [{"started": own}]).findings
        assert not any(
            (one.codes.get("track"), one.codes.get("proof")) == ("limits", "strong")
            for one in found
        )


def test_a_file_whose_world_cannot_be_is_refused() -> None:
    done = publish(started(9, 9, 9, 9), Params("r"), KEY)
    document = json.loads(done.as_bytes())
    row = document["worlds"][0]["rows"][0]
    place = document["worlds"][0]["columns"].index("track")
    row[place] = "limits" if row[place] == "chances" else "chances"

    assert any(line.outcome is Outcome.WORLD for line in verify(document))


def test_a_world_that_cannot_be_is_refused_though_it_gives_every_number() -> None:
    """Two people change tracks with each other: no table shows it, and nobody is on both."""
    done = publish(started(9, 9, 9, 9), Params("r"), KEY)
    document = json.loads(done.as_bytes())
    (world,) = document["worlds"]
    work, track, end = (world["columns"].index(name) for name in ("work", "track", "end"))
    one = next(row for row in world["rows"] if row[work] == "w1" and row[-1] > 0)
    other = next(row for row in world["rows"] if row[work] in {"w3", "w4"} and row[end] == one[end])
    swapped = [[*one[:-1], 1], [*other[:-1], 1]]
    swapped[0][track], swapped[1][track] = other[track], one[track]
    one[-1], other[-1] = one[-1] - 1, other[-1] - 1
    world["rows"] += swapped

    rows = [(tuple(row[:-1]), row[-1]) for row in world["rows"]]
    (part,), (numbers,) = done.release.parts, done.release.values
    assert part.count(rows) == list(numbers)
    assert [line.said.text for line in verify(document) if line.outcome is Outcome.WORLD]
    impossible = World(world["unit"], part.dimensions, tuple(rows))
    found = audit(done.release, (impossible,), done.release.specs, done.release.hierarchies)
    assert found.findings == ("De basiswereld van started heeft niet de vorm van de tabellen.",)


def test_what_follows_is_public_text_and_is_read_back() -> None:
    done = publish(started(3, 4, 2, 6), Params("r"), KEY)
    stored = read_release(json.loads(done.as_bytes())["release"])

    assert stored == done.release
    assert TRACK in stored.hierarchies
    assert base_world(stored, stored.specs, stored.hierarchies) == done.worlds


def test_a_record_that_contradicts_what_all_know_is_refused() -> None:
    row = {"work": "w1", "track": "limits", "proof": "weak", "end": "runs"}

    with pytest.raises(BadRecord, match="horen niet bij elkaar"):
        tabulate({"started": [row]}, list(TABLES.values()), KNOWN)


@pytest.mark.parametrize(
    "codes", [{"w1": "chances"}, {**dict.fromkeys(WORK.codes, "chances"), "w9": "limits"}]
)
def test_what_follows_is_told_of_each_category(codes: dict[str, str]) -> None:
    half = replace(TRACK, follows=Follows("work", codes))

    with pytest.raises(BadSpecification, match="zegt niet van elke categorie"):
        structure([TABLES["track"]], [WORK, half, END])


def test_what_follows_is_a_category_that_there_is() -> None:
    with pytest.raises(BadSpecification, match="onbekende categorie 'elsewhere'"):
        replace(TRACK, follows=Follows("work", dict.fromkeys(WORK.codes, "elsewhere")))


def test_what_others_follow_is_not_proposed_to_be_merged() -> None:
    counted = started(3, 4, 2, 6)

    def attempt(found: Merged) -> int:
        return publish(found.table, Params("r"), KEY).release.tolerance

    found = proposals(counted, Asked(5), attempt)

    assert {one.dimension for one in found} == {"track", "proof", "end"}
    smaller = merged(counted, TRACK, ("chances", "limits")).table
    assert smaller.parts[0].can_be(("w1", "chances + limits", "runs", "weak"))
