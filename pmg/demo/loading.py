"""Loads the demo into empty databases: people first, then their cases, chunk by chunk.

A small demo is one transaction. A large one is written by several processes, a transaction a
chunk, so when it is broken off every case that is there is whole.
"""

import multiprocessing
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

import psycopg
from psycopg import sql

from pmg.demo import conferring, delivering, log, measuring, papers
from pmg.demo.cataloguing import keep_catalogue
from pmg.demo.grouping import enter_groups
from pmg.demo.hiring import hire
from pmg.demo.people import Staff, places, staff
from pmg.demo.providing import enter_offers
from pmg.demo.rows import COLUMNS, rows_of
from pmg.demo.sharing import enter_agreement
from pmg.demo.stores import Stores, insert
from pmg.demo.story import Setting, Story, tell
from pmg.security.policy import Role

CHUNK = 500
_SMALL = 4 * CHUNK  # below this, starting processes costs more than it saves
_MOST_PROCESSES = 4
_POINTED_AT = ("organisation", "user_account", "youth", "case_file")


@dataclass(frozen=True, slots=True)
class Plan:
    """How large a demo, of which seed, as it stands on a day."""

    municipalities: int
    youths: int
    seed: int
    today: date

    def share(self, place_number: int) -> int:
        """Return how many youths a municipality has: as many as the others, or one more."""
        each, rest = divmod(self.youths, self.municipalities)
        return each + (place_number < rest)

    def staffs(self) -> tuple[Staff, ...]:
        """Return who works where."""
        chosen = enumerate(places(self.municipalities))
        return tuple(staff(place, self.share(number)) for number, place in chosen)

    def chunks(self) -> Iterator["Chunk"]:
        """Cut the cases in pieces that fit in memory and show progress."""
        for number in range(self.municipalities):
            share = self.share(number)
            for first in range(0, share, CHUNK):
                yield Chunk(self, number, first, min(first + CHUNK, share))


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some of the cases of one municipality, by index."""

    plan: Plan
    place_number: int
    first: int
    end: int

    @property
    def size(self) -> int:
        """How many cases it has."""
        return self.end - self.first

    def stories(self) -> list[Story]:
        """Tell them."""
        setting = setting_of(self.plan, self.place_number)
        first_of_year = _first_of_year(setting)
        return [
            tell(setting, index, index - first_of_year[setting.referred_on(index).year] + 1)
            for index in range(self.first, self.end)
        ]


@lru_cache
def setting_of(plan: Plan, place_number: int) -> Setting:
    """Return where the stories of one municipality are set."""
    return Setting(
        staff=plan.staffs()[place_number],
        seed=plan.seed,
        cases=plan.share(place_number),
        until=plan.today - timedelta(days=1),
        first_bsn=sum(plan.share(number) for number in range(place_number)),
    )


@lru_cache
def _first_of_year(setting: Setting) -> dict[int, int]:
    found: dict[int, int] = {}
    for index in range(setting.cases):
        found.setdefault(setting.referred_on(index).year, index)
    return found


def is_loaded(stores: Stores) -> bool:
    """Tell whether there is any youth already."""
    with stores.data() as connection:
        row = connection.execute("SELECT EXISTS (SELECT FROM youth)").fetchone()
    return bool(row and row[0])


def load(stores: Stores, plan: Plan, progress: Callable[[int], None]) -> None:
    """Fill the databases; `progress` is told how many youths were added since the last time."""
    stores.open_vault()
    with stores.data() as connection:
        _people(stores, connection, plan)
        chunks = list(plan.chunks())
        for chunk in chunks if plan.youths <= _SMALL else chunks[:1]:
            _write(stores, connection, chunk)
            progress(chunk.size)
            if chunk is chunks[0]:
                _take_stock(connection)
    if plan.youths > _SMALL:
        _in_processes(stores, chunks[1:], progress)


def _take_stock(connection: psycopg.Connection[Any]) -> None:
    """Let the database plan with rows in these tables.

    Of empty ones it knows nothing, and a foreign key is then slower the more rows there are.
    """
    for table in _POINTED_AT:
        connection.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(table)))


def _people(stores: Stores, connection: psycopg.Connection[Any], plan: Plan) -> None:
    staffs = plan.staffs()
    hire(
        stores,
        connection,
        (account for one in staffs for account in one.accounts),
        (organisation for one in staffs for organisation in one.organisations),
        today=plan.today,
    )
    _switch_on_street(connection, staffs, plan.today)
    for number, one in enumerate(staffs):
        keep_catalogue(connection, one, today=plan.today)
        enter_offers(connection, one, youths=plan.share(number), today=plan.today)
        enter_agreement(connection, one, today=plan.today)
        enter_groups(stores, connection, one, today=plan.today)
        measuring.hold_activities(connection, one, today=plan.today)
        setting = setting_of(plan, number)
        years = Counter(setting.referred_on(index).year for index in range(setting.cases))
        connection.cursor().executemany(
            "INSERT INTO case_counter (municipality_id, year, last) VALUES (%s, %s, %s)"
            " ON CONFLICT DO NOTHING",
            [(one.municipality.code, year, last) for year, last in years.items()],
        )


def _switch_on_street(
    connection: psycopg.Connection[Any], staffs: Sequence[Staff], today: date
) -> None:
    """Let who tries the demo write without a network: its names are invented."""
    moment = datetime.combine(today - timedelta(days=1), time(9), UTC)
    connection.cursor().executemany(
        "INSERT INTO street_setting (municipality_id, id, is_on, set_by, set_at)"
        " VALUES (%s, %s, true, %s, %s) ON CONFLICT DO NOTHING",
        [
            (account.municipality_id, account.id, account.id, moment)
            for one in staffs
            for account in one.accounts
            if account.role is Role.ADMINISTRATOR
        ],
    )


def _in_processes(stores: Stores, chunks: Sequence[Chunk], progress: Callable[[int], None]) -> None:
    # Forked, since a fresh interpreter would run the command again; nothing is connected now.
    context = multiprocessing.get_context("fork")
    processes = min(_MOST_PROCESSES, os.cpu_count() or 1)
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        written = {pool.submit(_alone, stores, chunk): chunk for chunk in chunks}
        for done in as_completed(written):
            done.result()
            progress(written[done].size)


def _alone(stores: Stores, chunk: Chunk) -> None:
    with stores.data() as connection:
        _write(stores, connection, chunk)


def _write(stores: Stores, connection: psycopg.Connection[Any], chunk: Chunk) -> None:
    stories = chunk.stories()
    place = stories[0].municipality_id
    ciphers = stores.create_keys(place, [story.youth_id for story in stories])
    for table, rows in rows_of(stories, ciphers).items():
        insert(connection, table, COLUMNS[table], rows)
    if chunk.first == 0:
        for part in (papers, delivering, measuring, conferring):
            made = list(part.rows(stories, ciphers, today=chunk.plan.today))
            for table, columns in part.COLUMNS.items():
                insert(connection, table, columns, [row for of, row in made if of == table])
    until = chunk.plan.today - timedelta(days=1)
    logged = [row for story in stories for row in log.events(story, until=until)]
    for table, columns in log.COLUMNS.items():
        insert(connection, table, columns, [row for of, row in logged if of == table])
