"""How the demo draws: everything from one generator a case, so that a seed tells the same."""

from collections.abc import Mapping
from random import Random
from typing import TypeVar
from uuid import UUID

T = TypeVar("T")


def generator(*parts: object) -> Random:
    """Return a generator that these words alone decide."""
    return Random("/".join(map(str, parts)))  # noqa: S311  (invented people, no secrets)


def chance(rng: Random, percent: int) -> bool:
    """Tell whether something that happens so often in a hundred times happens now."""
    return rng.randrange(100) < percent


def weighted(rng: Random, weights: Mapping[T, int]) -> T:
    """Return one of the keys, each as often as its weight says."""
    left = rng.random() * sum(weights.values())
    for key, weight in weights.items():
        if left < weight:
            return key
        left -= weight
    return key


def identity(rng: Random) -> UUID:
    """Return an id that the seed decides."""
    return UUID(int=rng.getrandbits(128), version=4)
