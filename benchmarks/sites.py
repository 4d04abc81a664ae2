"""One site a size: a pair of databases filled by the demo loader, with readers of known size."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import psycopg
from flask import Flask, session
from flask_wtf.csrf import generate_csrf

from benchmarks.copies import multiply
from config import Settings
from pmg.app import create_app
from pmg.demo.hiring import hire
from pmg.demo.loading import Plan, is_loaded, load
from pmg.demo.people import NAMESPACE, Account, Organisation, places, staff
from pmg.demo.stores import Stores
from pmg.embedded import Cluster
from pmg.embedded.roles import Family
from pmg.extensions import db
from pmg.security import access, sessions
from pmg.security.policy import Role
from pmg.serve import get_ready

SEED = 2026
TODAY = date(2026, 11, 23)  # the data is of this day, whatever day it is
PLACE = places(1)[0].code
LIFETIME = timedelta(hours=8)
LOADED = 100_000  # cases that the demo loads; a larger site holds copies of them

_TAKE_SEATS = """
INSERT INTO case_member (municipality_id, id, case_id, youth_id, user_id, function, purpose,
                         valid_from, granted_by)
SELECT municipality_id, gen_random_uuid(), id, youth_id, %(user)s, %(role)s, purpose,
       now() - interval '1 day', %(user)s
FROM case_file
WHERE municipality_id = %(place)s AND closed_on IS NULL AND started_on IS NOT NULL
ORDER BY id OFFSET %(skip)s LIMIT %(count)s
"""
# Unless the demo wrote a log: as if each case had been read three times.
_FILL_LOG = """
WITH fresh AS (
    INSERT INTO audit_event (municipality_id, id, at, user_id, organisation_id, session_id, roles,
        action, outcome, code, policy_version, case_id, address, request_id, written)
    SELECT c.municipality_id, gen_random_uuid(), c.created_at + n * interval '7 hours',
           m.user_id, NULL, NULL, ARRAY['youth_worker'], 'case:show', 'allowed', 'row_1', '-',
           c.id, '/zaken/' || c.id, '-', '[]'
    FROM case_file c CROSS JOIN generate_series(1, 3) n
    JOIN LATERAL (SELECT user_id FROM case_member m WHERE m.municipality_id = c.municipality_id
                  AND m.case_id = c.id ORDER BY id LIMIT 1) m ON true
    RETURNING municipality_id, id, case_id, at
)
INSERT INTO audit_subject (municipality_id, event_id, youth_id, at, fields, changes_sealed)
SELECT f.municipality_id, f.id, c.youth_id, f.at, ARRAY['given_name', 'family_name'], NULL
FROM fresh f JOIN case_file c ON c.municipality_id = f.municipality_id AND c.id = f.case_id
"""
_TABLES = (
    "youth", "case_file", "case_member", "referral", "triage_decision", "closure",
    "factor_observation", "trajectory", "audit_event", "audit_subject", "user_account",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reader:
    """Someone with so many cases, after the first `skip`; without any he is a stranger to all."""

    cases: int
    skip: int = 0
    role: Role = Role.YOUTH_WORKER

    @property
    def id(self) -> UUID:
        """The same in every run."""
        return uuid5(NAMESPACE, self.login)

    @property
    def login(self) -> str:
        """What he would sign in with."""
        return f"{self.role}.{self.cases}@benchmark.example"


ONE, USUAL, MANY, STRANGER = Reader(1), Reader(50), Reader(500), Reader(0)
WRITER = Reader(100, skip=500)  # others read no case that he fills
DIRECTOR = Reader(20, skip=600, role=Role.CASE_DIRECTOR)
OFFICER = Reader(0, role=Role.POLICY_OFFICER)
READERS = (ONE, USUAL, MANY, STRANGER, WRITER, DIRECTOR, OFFICER)


@dataclass(slots=True)
class Site:
    """A filled pair of databases and how to reach it."""

    size: int
    settings: Settings
    superuser_url: str
    seconds_to_load: float | None = None
    app: Flask = field(init=False, repr=False)

    def open(self) -> None:
        """Make the application in this process; one site at a time, since its keys are global."""
        self.app = create_app(self.settings)

    def stores(self) -> Stores:
        """Return both databases as their owners reach them."""
        chosen = self.settings
        return Stores(
            chosen.owner_database_url,
            chosen.keystore_owner_url,
            chosen.root_key,
            chosen.index_key,
        )

    def connect(self) -> "psycopg.Connection[tuple[Any, ...]]":
        """Connect past row security, to prepare and to check."""
        return psycopg.connect(plain(self.superuser_url), autocommit=True)

    def environment(self) -> dict[str, str]:
        """Return the variables under which a server of this site starts."""
        chosen = self.settings
        return {
            "PMG_ENV": "demo",
            "PMG_DATABASE_URL": chosen.database_url,
            "PMG_OWNER_DATABASE_URL": chosen.owner_database_url,
            "PMG_REPORT_DATABASE_URL": chosen.report_database_url,
            "PMG_WORKER_DATABASE_URL": chosen.worker_database_url,
            "PMG_KEYSTORE_URL": chosen.keystore_url,
            "PMG_KEYSTORE_OWNER_URL": chosen.keystore_owner_url,
            "BENCH_INSTANCE": str(chosen.instance),
        }

    def token(self, reader: Reader) -> str:
        """Begin a session; return what its cookie holds."""
        with self.app.app_context():
            token = sessions.start(
                municipality_id=PLACE,
                user_id=reader.id,
                device="benchmark",
                idle=LIFETIME,
                lifetime=LIFETIME,
            )
            db.session.commit()
        return token

    @contextmanager
    def at_work(self, reader: Reader) -> Iterator[access.Work]:
        """Do what follows in this process, as this reader."""
        token = self.token(reader)
        with self.app.app_context():
            found = sessions.find(token, idle=LIFETIME)
            assert found is not None
            with access.at_work(access.Work(found, request_id="-", address="-")) as work:
                db.session.rollback()
                yield work
                db.session.rollback()

    def sign_in(self, reader: Reader) -> tuple[str, str]:
        """Begin a session; return the cookie and the CSRF token of its forms."""
        token = self.token(reader)
        secret = "0" * 40
        with self.app.test_request_context():
            session["csrf_token"] = secret
            form_token = generate_csrf()
        serializer = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
        cookie = serializer.dumps({"_user_id": token, "_fresh": True, "csrf_token": secret})
        return f"{self.app.config['SESSION_COOKIE_NAME']}={cookie}", form_token

    def case_ids(self, reader: Reader, limit: int = 500) -> list[UUID]:
        """Return the reader's cases, last changed first."""
        with self.connect() as connection:
            rows = connection.execute(
                "SELECT c.id FROM case_file c JOIN case_member m"
                " ON m.municipality_id = c.municipality_id AND m.case_id = c.id"
                " WHERE m.municipality_id = %s AND m.user_id = %s"
                " ORDER BY c.updated_at DESC, c.id DESC LIMIT %s",
                (PLACE, reader.id, limit),
            ).fetchall()
        return [row[0] for row in rows]


def plain(url: str) -> str:
    """Return an address without the name of SQLAlchemy's driver."""
    return url.replace("postgresql+psycopg:", "postgresql:", 1)


def site_of(cluster: Cluster, folder: Path, size: int, progress: Callable[[int], None]) -> Site:
    """Return the site of a size: filled now, or found as an earlier run left it."""
    data, keystore = f"pmg_{size}", f"pmg_keystore_{size}"
    smaller = site_of(cluster, folder, LOADED, progress) if size > LOADED else None
    first = smaller and smaller.size
    cluster.create_database(data, family=Family.DATA, template=first and f"pmg_{first}")
    cluster.create_database(
        keystore, family=Family.KEYSTORE, template=first and f"pmg_keystore_{first}"
    )
    urls = cluster.urls_of(data=data, keystore=keystore)
    settings = Settings.from_environment(
        {"PMG_ENV": "demo", "PMG_LOG_LEVEL": "WARNING"},  # of this process; servers write all
        folder / "instance",
        embedded=lambda _folder: urls,
    )
    get_ready(settings)
    site = Site(size, settings, cluster.superuser_url(data))
    stores = site.stores()
    if smaller is not None:
        _grow(stores, site, smaller)
        return site
    if not is_loaded(stores):
        load(stores, Plan(1, size, SEED, TODAY), progress)
    if not _is_prepared(site):
        employ(stores, READERS)
        with site.connect() as connection:
            _prepare(connection)
    return site


def _grow(stores: Stores, site: Site, smaller: Site) -> None:
    """Copy the cases of the smaller site until there are as many as asked, unless there are."""
    with site.connect() as connection:
        found = connection.execute("SELECT count(*) FROM case_file").fetchone()
        times, rest = divmod(site.size, smaller.size)
        if rest:
            raise SystemExit(f"More than {LOADED:,} cases: give a multiple of that.")
        if found is not None and found[0] < site.size:
            readers = [reader.id for reader in READERS]
            multiply(stores, connection, place=PLACE, times=times, but=readers)
            _take_stock(connection)


def _is_prepared(site: Site) -> bool:
    with site.connect() as connection:
        known = connection.execute(
            "SELECT count(*) FROM user_account WHERE id = ANY(%s)", ([one.id for one in READERS],)
        ).fetchone()
    return known is not None and known[0] == len(READERS)


def employ(stores: Stores, readers: Iterable[Reader]) -> None:
    """Give these readers an account; who has one keeps it."""
    crew = staff(places(1)[0], 0)
    workplace = crew.organisation("JONGERENWERK")
    people = [_account(one, workplace) for one in readers]
    with stores.data() as connection:
        hire(stores, connection, people, crew.organisations, today=TODAY)


def _account(reader: Reader, workplace: Organisation) -> Account:
    return Account(
        PLACE, reader.id, workplace, "Bente Mark", reader.login, reader.role, is_cast=False
    )


def _prepare(connection: "psycopg.Connection[tuple[Any, ...]]") -> None:
    for reader in READERS:
        wanted = {"user": reader.id, "role": reader.role.value, "place": PLACE}
        connection.execute(_TAKE_SEATS, wanted | {"count": reader.cases, "skip": reader.skip})
    kept = connection.execute("SELECT EXISTS (SELECT FROM audit_event)").fetchone()
    if kept is not None and not kept[0]:
        connection.execute(_FILL_LOG)
    _take_stock(connection)


def _take_stock(connection: "psycopg.Connection[tuple[Any, ...]]") -> None:
    for table in _TABLES:
        connection.execute(f"VACUUM (ANALYZE) {table}".encode())
    connection.execute("CHECKPOINT")
