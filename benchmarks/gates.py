"""What must be true before a figure counts: names opened, rows written, log kept, strangers out."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from benchmarks.load import CONNECTIONS, Call, once
from benchmarks.sites import PLACE, Site
from pmg.demo.stores import Stores
from pmg.security.encryption import Place, unseal

_SEALED = ("given_name", "family_name")


class GateError(Exception):
    """What was measured is not what was meant; nothing of the run may be believed."""


@dataclass(frozen=True, slots=True)
class Name:
    """What a youth is called, read by the owner of the keys and not by the product."""

    case_id: UUID
    given_name: str
    family_name: str

    @property
    def short(self) -> str:
        """As the caseload writes it: the given name and one letter."""
        return escape(self.given_name)


def names(site: Site, case_ids: Iterable[UUID]) -> list[Name]:
    """Open the names of some cases with the keys themselves."""
    chosen = site.settings
    stores = Stores(
        chosen.owner_database_url, chosen.keystore_owner_url, chosen.root_key, chosen.index_key
    )
    wrapper = AESGCM(stores.municipality_key(PLACE))
    with site.connect() as connection, stores.keystore() as keys:
        rows = connection.execute(
            "SELECT c.id, y.id, y.given_name_sealed, y.family_name_sealed FROM case_file c"
            " JOIN youth y ON y.municipality_id = c.municipality_id AND y.id = c.youth_id"
            " WHERE c.municipality_id = %s AND c.id = ANY(%s)",
            (PLACE, list(case_ids)),
        ).fetchall()
        wrapped = dict(
            keys.execute(
                "SELECT id, wrapped FROM data_key WHERE municipality_id = %s AND id = ANY(%s)",
                (PLACE, [row[1] for row in rows]),
            ).fetchall()
        )
    found = []
    for case_id, youth_id, *sealed in rows:
        blob = bytes(wrapped[youth_id])
        cipher = AESGCM(wrapper.decrypt(blob[:12], blob[12:], youth_id.bytes))
        opened = [
            unseal(cipher, Place(PLACE, "youth", f"{column}_sealed", youth_id), bytes(value))
            for column, value in zip(_SEALED, sealed, strict=True)
        ]
        found.append(Name(case_id, *(part.decode() for part in opened)))
    return found


def check_page(base: str, call: Call, wanted: Iterable[str], *, what: str) -> int:
    """Fetch a page once and require its status and every one of these texts; return its size."""
    status, answer = once(base, call)
    if status != call.status:
        raise GateError(f"{what}: status {status} instead of {call.status}")
    missing = [text for text in wanted if text not in answer]
    if missing:
        raise GateError(f"{what}: {len(missing)} texts are not on the page: {missing[:3]}")
    return len(answer.encode())


def check_stranger(base: str, cookie: str, case_id: UUID, known: Iterable[Name]) -> None:
    """Require that somebody outside every case gets no name: not in a list, not on a page."""
    for path, meant in (("/zaken", 200), (f"/zaken/{case_id}", 404)):
        status, answer = once(base, Call((path,), cookie))
        told = [name for name in known if escape(name.family_name) in answer]
        if status != meant or told:
            raise GateError(f"{path} tells a stranger {len(told)} names, with status {status}")


def check_counts(what: str, *, answered: int, rows: int) -> None:
    """Require a row for each answer; an answer under way when the clock stopped has one too."""
    if not answered <= rows <= answered + CONNECTIONS:
        raise GateError(f"{what}: {answered} answers and {rows} rows")


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows there are of what a request leaves behind."""

    events: int
    subjects: int
    observations: int


def tally(site: Site) -> Tally:
    """Count what the readers of the benchmark left behind."""
    with site.connect() as connection:
        row = connection.execute(
            "SELECT (SELECT count(*) FROM audit_event WHERE municipality_id = %(m)s"
            "        AND at > now() - interval '3 hours'),"
            " (SELECT count(*) FROM audit_subject WHERE municipality_id = %(m)s"
            "        AND event_id IN (SELECT id FROM audit_event WHERE municipality_id = %(m)s"
            "        AND at > now() - interval '3 hours')),"
            " (SELECT count(*) FROM factor_observation WHERE municipality_id = %(m)s"
            "        AND created_at > now() - interval '3 hours')",
            {"m": PLACE},
        ).fetchone()
    assert row is not None
    return Tally(*row)
