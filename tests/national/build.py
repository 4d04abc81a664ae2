"""Files of municipalities with a system of their own, as they would send them."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pmg.definitions.rules import Template
from pmg.definitions.shipped import SHIPPED
from pmg.disclosure.ledger import Ledger
from pmg.disclosure.publish import Publication, Signer, publish
from pmg.disclosure.release import Params
from pmg.disclosure.specs import Hierarchy
from pmg.disclosure.tables import tabulate
from pmg.reference.municipalities import MUNICIPALITIES

FIRST, LAST = date(2026, 1, 1), date(2026, 3, 31)
UTRECHT, GRONINGEN, ARNHEM = "GM0344", "GM0014", "GM0202"


def private_key(place: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(place.encode().ljust(32, b"."))


def public_key(place: str) -> str:
    return private_key(place).public_key().public_bytes_raw().hex()


def signer(place: str) -> Signer:
    return Signer(private_key(place).sign, bytes.fromhex(public_key(place)))


@dataclass(frozen=True, slots=True)
class Asked:
    """What a municipality makes."""

    place: str
    number: int = 180
    code: str = "jaarrapportage"
    version: int = 2
    first: date = FIRST
    last: date = LAST


def records(asked: Asked, template: Template) -> dict[str, list[dict[str, str]]]:
    """The truth: units drawn by chance, the same for the same question."""
    chance = random.Random(f"{asked.place} {asked.number}")
    divisions = template.hierarchies(asked.place)
    return {
        unit: [_unit(divisions, chance) for _ in range(asked.number)]
        for unit in sorted({spec.unit for spec in template.specs()})
    }


def _unit(divisions: Sequence[Hierarchy], chance: random.Random) -> dict[str, str]:
    """One that can be: a division that follows from another has the category that follows."""
    drawn = {
        one.dimension: one.codes[int(len(one.codes) * chance.random() ** 2)] for one in divisions
    }
    return drawn | {
        one.dimension: one.follows.codes[drawn[one.follows.dimension]]
        for one in divisions
        if one.follows
    }


def about(asked: Asked, template: Template, **more: str) -> dict[str, str]:
    return {
        "rapport": f"{template.title}, versie {template.version}",
        "gemeente": f"{MUNICIPALITIES[asked.place].name} ({asked.place})",
        "eerste_dag": asked.first.isoformat(),
        "laatste_dag": asked.last.isoformat(),
        **{f"tabel {one.code}": f"{one.base} {one.definition}" for one in template.indicators},
        **more,
    }


@dataclass(frozen=True, slots=True)
class Sender:
    """A municipality with all that it released until now."""

    place: str
    ledger: Ledger = field(default_factory=Ledger)

    def releases(
        self, asked: Asked, *, key: str = "", template: Template | None = None, **more: str
    ) -> tuple[Publication, "Sender"]:
        """Make one more release, beside what was released before about the same people."""
        template = template or SHIPPED[asked.code, asked.version]
        people = f"{asked.place} {asked.first} {asked.last}"
        times = len(self.ledger.about(people))
        name = f"{asked.place} {asked.code} {asked.version} {asked.first} {asked.last}"
        divisions = template.hierarchies(asked.place)
        done = publish(
            tabulate(records(asked, template), template.specs(), divisions),
            Params(f"{name} {times + 1}" if times else name, base=template.base, population=people),
            b"a key of this municipality alone",
            signer=signer(key or asked.place),
            about=about(asked, template, **more),
            ledger=self.ledger,
        )
        return done, Sender(self.place, self.ledger.add(people, done.release))


@cache
def release(asked: Asked, key: str = "") -> Publication:
    """The first release of a municipality; made once for all tests."""
    return Sender(asked.place).releases(asked, key=key)[0]


@cache
def corrected(asked: Asked, number: int) -> tuple[Publication, Publication, Any]:
    """A release, the one that succeeds it, and the ledger of both."""
    first, after = Sender(asked.place).releases(asked)
    again = Asked(asked.place, number, asked.code, asked.version, asked.first, asked.last)
    second, all_ = after.releases(again, reden="Twaalf aanmeldingen later ingevoerd.")
    return first, second, all_.ledger.as_json()
