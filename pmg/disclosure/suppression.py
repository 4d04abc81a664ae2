"""Suppression: exact numbers, with the small ones hidden and enough others beside them.

Every hidden cell can be numbers that lie k apart, whatever an attacker computes from all that is
shown; worlds that anyone can make again prove it (see `proof`). All hidden cells look alike: none
says whether it was small, or hidden to protect another.
"""

import hmac
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pmg.disclosure.complement import Chooser
from pmg.disclosure.errors import BadRelease, Infeasible
from pmg.disclosure.fillings import Filling, Fillings
from pmg.disclosure.ledger import Key
from pmg.disclosure.progress import piece, stage
from pmg.disclosure.proof import apart, not_apart, witnesses
from pmg.disclosure.release import SUPPRESSION, Params, Release, named
from pmg.disclosure.singletons import computed_by_singletons
from pmg.disclosure.tables import Part, Table
from pmg.disclosure.worlds import World

_Hidden = NDArray[np.bool_]
_SHORTEST_KEY = 16
_TURNS = 40
_CHOSEN = 0.2
"""Of the steps: when is chosen what to hide at first. The rest is to see whether it does."""
_REFUSED = (
    "Niet elk verborgen aantal is te beschermen. Voeg categorieën samen, laat een tabel weg, of "
    "rond de aantallen af."
)


@dataclass(frozen=True)
class _Secret:
    """What only the maker has: true counts, parameters and a key."""

    table: Table
    params: Params
    key: bytes
    also: Counter[Key]

    def asked(self, part: Part) -> dict[int, int]:
        """Give the cells that are to be hidden whatever they count, and how often each is named."""
        keys = ((part.unit, frozenset(named(part, cell).items())) for cell in part.cells)
        return {at: self.also[key] for at, key in enumerate(keys) if key in self.also}

    def chance(self, part: Part, what: str) -> random.Random:
        """Draw from the key: the same data, parameters and key hide the same cells."""
        text = ascii((what, self.params.drawn_by, part.unit)).encode()
        return random.Random(hmac.digest(self.key, text, "sha256"))  # noqa: S311 - from the key


def protect_by_suppression(
    table: Table,
    params: Params,
    key: bytes,
    *,
    earlier: Sequence[Release] = (),
    also: Sequence[Key] = (),
) -> tuple[Release, tuple[World, ...]]:
    """Hide small cells, and as few others as are needed so that each can be numbers k apart.

    `also` names cells that someone with knowledge of his own could tell too much of: they are
    hidden too, and where one was hidden already, so is what stands around it; a cell that is named
    twice asks for that again. A pattern of an `earlier` release that still fits is taken over, for
    another one beside it would give cells away.

    Returns the release with the worlds that prove it. Raises Infeasible where some cell stays
    unprotected, Undecided where the solver finds no world at all.
    """
    _check(table, params, key)
    secret = _Secret(table, params, key, Counter(also))
    with stage(0.0, _CHOSEN):
        hidden = _taken_over(secret, earlier) or _firsts(secret)
    ways: tuple[tuple[Filling, ...], ...] = ()
    for turn in range(_TURNS):
        with stage(_so_far(turn), _so_far(turn + 0.5)):
            hidden = [_freed(secret, at, hides) for at, hides in enumerate(hidden)]
        release = _release(table, params, hidden)
        ways, bare = _moved_on(secret, release, ways) if ways else ((), ())
        if not any(bare):
            with stage(_so_far(turn + 0.5), _so_far(turn + 1)):
                proof = witnesses(release, table.specs, table.hierarchies)
            if proof.complete:
                return release, proof.worlds
            ways, bare = proof.ways, proof.unproven
        hidden = [
            _widened(secret, at, hides, bare[at], ways[at]) for at, hides in enumerate(hidden)
        ]
    raise Infeasible(_REFUSED)


def _so_far(turns: float) -> float:
    """How much is done after so many turns: nobody knows how many it takes, so never all."""
    return 1 - (1 - _CHOSEN) / 4**turns


def _check(table: Table, params: Params, key: bytes) -> None:
    if len(key) < _SHORTEST_KEY:
        raise BadRelease("De sleutel voor het beschermen is korter dan 16 bytes.")
    units = {part.unit for part in table.parts}
    if any(units.issuperset(pair) for pair in params.inside):
        raise Infeasible(
            "Verbergen kan niet met twee eenheden waarvan de ene deel is van de andere. Zet ze in "
            "twee rapporten, of rond de aantallen af."
        )


def _moved_on(
    secret: _Secret, release: Release, ways: Sequence[Sequence[Filling]]
) -> tuple[tuple[tuple[Filling, ...], ...], tuple[tuple[int, ...], ...]]:
    """Go on from ways that were found when less was hidden: they agree with what is shown still.

    Returns all ways, and the cells that they do not hold apart. Quick, and no proof: that is made
    anew, of the release alone.
    """
    k = release.base
    found, bare = [], []
    for part, values, known in zip(secret.table.parts, release.values, ways, strict=True):
        more = apart(Fillings(part, values, k=k), known, values, k=k)
        found.append(tuple(more))
        bare.append(tuple(not_apart(more, values, k=k)))
    return tuple(found), tuple(bare)


def _firsts(secret: _Secret) -> list[_Hidden]:
    parts, found = secret.table.parts, []
    for number, (part, counts) in enumerate(zip(parts, secret.table.counts, strict=True)):
        with piece(number, len(parts)):
            found.append(_first(secret, part, counts))
    return found


def _first(secret: _Secret, part: Part, counts: Sequence[int]) -> _Hidden:
    small = np.array([0 < count < secret.params.step for count in counts], dtype=bool)
    chooser, asked = _chooser(secret, part, counts), secret.asked(part)
    told = small.copy()
    told[[at for at in asked if counts[at]]] = True
    hidden = chooser.choose(told)
    for turn in range(max(asked.values(), default=0)):
        again = [at for at, times in asked.items() if times - (not small[at]) > turn]
        hidden = chooser.widen(hidden, again) if again else hidden
    return hidden


def _chooser(secret: _Secret, part: Part, counts: Sequence[int]) -> Chooser:
    return Chooser(part, counts, k=secret.params.step, chance=secret.chance(part, "choose"))


def _taken_over(secret: _Secret, earlier: Sequence[Release]) -> list[_Hidden] | None:
    """Return what an earlier release hid, where all that it shows is still so and may be shown."""
    table, params = secret.table, secret.params
    for before in reversed(earlier):
        hidden = [np.array([n is None for n in values]) for values in before.values]
        same = before.hides and before.base == params.step and before.parts == table.parts
        if same and _release(table, params, hidden).values == before.values:
            asked = zip(map(secret.asked, table.parts), hidden, strict=True)
            hides_all = all(hides[at] for cells, hides in asked for at in cells)
            return hidden if hides_all and not _shows_small(before) else None
    return None


def _shows_small(release: Release) -> bool:
    return any(n is not None and 0 < n < release.base for v in release.values for n in v)


def _release(table: Table, params: Params, hidden: Sequence[_Hidden]) -> Release:
    values = tuple(
        tuple(None if hide else count for hide, count in zip(hides, counts, strict=True))
        for hides, counts in zip(hidden, table.counts, strict=True)
    )
    return Release(
        params.release_id,
        params.step,
        0,
        table.specs,
        table.hierarchies,
        values,
        params.contribution,
        params.inside,
        SUPPRESSION,
    )


def _freed(secret: _Secret, at: int, hides: _Hidden) -> _Hidden:
    """Hide more until nobody who is alone in a hidden cell computes another.

    Where every cell with someone in it is hidden, only 0 is shown: then each finest cell is free,
    and what the lone one still knows is where he himself is counted.
    """
    part, counts = secret.table.parts[at], secret.table.counts[at]
    found = hides
    for _ in range(_TURNS):
        values = [None if hide else count for hide, count in zip(found, counts, strict=True)]
        chance = secret.chance(part, "singletons")
        with piece(at, len(secret.table.parts)):
            computed = computed_by_singletons(
                part, counts, values, k=secret.params.step, chance=chance
            )
        if not computed:
            return found
        wider, chooser = found, _chooser(secret, part, counts)
        for own, cells in computed:
            wider = chooser.free(wider, own, cells)
        if (wider == found).all():
            wider = chooser.widen(found, [cell for _, cells in computed for cell in cells])
        if (wider == found).all():
            return found
        found = wider
    raise Infeasible(_REFUSED)


def _widened(
    secret: _Secret, at: int, hides: _Hidden, bare: Sequence[int], ways: Sequence[Filling]
) -> _Hidden:
    """Hide more for cells that are not protected, and what that asks for in its turn.

    Raises Infeasible where nothing is left to hide.
    """
    if not bare:
        return hides
    part, counts = secret.table.parts[at], secret.table.counts[at]
    chooser = _chooser(secret, part, counts)
    values = [None if hide else count for hide, count in zip(hides, counts, strict=True)]
    fillings, wider = Fillings(part, values, k=secret.params.step), hides
    for cell in bare:
        wider = chooser.reach(wider, fillings, ways, cell)
    if (wider == hides).all():
        wider = chooser.widen(hides, bare)
    if (wider == hides).all():
        raise Infeasible(_REFUSED)
    return chooser.choose(wider)
