"""Forty people follow one meeting: `python -m benchmarks.meeting`; about two minutes.

Each has a session of his own and does what `pmg/static/meeting.js` does, over HTTP: ask for the
number of the meeting every 2.5 seconds after the last answer, and fetch the page when it changed.
The chair brings up one item after another. The server is the one of `pmg serve`: two workers of
four threads. All of it shares the cores of the machine, those who ask as well.
"""

import json
import random
import re
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import time as clock
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import psycopg

from benchmarks import machine
from benchmarks.__main__ import RESULTS
from benchmarks.gates import GateError
from benchmarks.load import Call, exchange
from benchmarks.servers import Server, cpu_seconds, postmaster
from benchmarks.sites import PLACE, Reader, Site, employ, site_of
from pmg.cases.models import Case
from pmg.clock import today
from pmg.embedded import start
from pmg.extensions import db
from pmg.meetings import proposing, queries, running, services
from pmg.meetings.answers import Proposal, SeriesWanted
from pmg.meetings.models import Meeting
from pmg.meetings.rules import Rhythm, Weekday
from pmg.security.policy import Role

PEOPLE, ITEMS, YOUTHS, THREADS = 40, 8, 200, 4
EVERY = 2.5  # seconds, as in meeting.js
BARE, QUIET, BETWEEN = 12.0, 20.0, 7.0
_SEAT = """
INSERT INTO case_member (municipality_id, id, case_id, youth_id, user_id, function, purpose,
                         valid_from, granted_by)
SELECT municipality_id, gen_random_uuid(), id, youth_id, %(user)s, %(role)s, purpose,
       now() - interval '1 day', %(user)s
FROM case_file WHERE municipality_id = %(place)s AND id = %(case)s
"""
_TICK, _ITEM = re.compile(r'data-tick="(\d+)"'), re.compile(r'data-part="item-([0-9a-f-]+)"')
_FOLLOWS = "X-Follows: yes"


@dataclass(frozen=True, slots=True)
class Participant(Reader):
    """Somebody at the table; the one without a number leads."""

    number: int = 0

    @property
    def login(self) -> str:
        """What he would sign in with."""
        return f"tafel.{self.role}.{self.number}@benchmark.example"


@dataclass(slots=True)
class Table:
    """The meeting, its items with who is invited at each, and who asks with which cookie."""

    meeting: str
    items: list[UUID]
    invited: dict[UUID, set[int]]
    cookies: list[str]
    chair: tuple[str, str]


@dataclass(slots=True)
class Screen:
    """What one client asked and saw."""

    polls: list[float] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)
    shown: list[tuple[int, float]] = field(default_factory=list)  # number, and since when
    wrong: list[str] = field(default_factory=list)


def main() -> int:
    """Measure; returns 1 when an answer was not what was meant."""
    with ExitStack() as stack:
        folder = Path(
            stack.enter_context(
                tempfile.TemporaryDirectory(prefix="pmg-bench-", ignore_cleanup_errors=True)
            )
        )
        cluster = start(folder / "postgres")
        stack.callback(cluster.stop)
        site = site_of(cluster, folder, YOUTHS, lambda _number: None)
        site.open()
        table = _laid(site)
        described = machine.describe("forty threads in Python")
        try:
            found = _measured(site, table, folder, stack, postmaster(cluster.place.data))
        except GateError as failure:
            print(f"Nothing was measured that may be believed: {failure}", file=sys.stderr)
            return 1
    found["machine"] = described | {"load afterwards": machine.load()}
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "meeting.json").write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    print(_told(found))
    return 0


def _laid(site: Site) -> Table:
    """Let forty people take part in some of eight cases, and put those on the agenda of today."""
    chair = Participant(0, role=Role.PROCESS_DIRECTOR)
    people = [Participant(0, number=number) for number in range(1, PEOPLE + 1)]
    employ(site.stores(), [chair, *people])
    with site.connect() as connection:
        rows = connection.execute(
            "SELECT id FROM case_file WHERE municipality_id = %s AND closed_on IS NULL"
            " AND started_on IS NOT NULL ORDER BY id LIMIT %s",
            (PLACE, ITEMS),
        ).fetchall()
        cases: list[UUID] = [row[0] for row in rows]
        places: dict[UUID, list[int]] = {}
        for turn, case_id in enumerate(cases):
            _seat(connection, case_id, chair)
            # Fifteen at each, so that everybody has three of the eight.
            places[case_id] = [(turn * 5 + step) % PEOPLE for step in range(15)]
            for number in places[case_id]:
                _seat(connection, case_id, people[number])
    with site.at_work(chair) as work:
        day = today()
        wanted = SeriesWanted(
            "Casusoverleg", "Stadhuis", Weekday(str(day.isoweekday())), Rhythm.WEEKLY,
            clock(10), 90, day, None,
        )  # fmt: skip
        services.make_series(wanted, today=day)
        meeting = queries.meetings(today=day)[0]
        invited: dict[UUID, set[int]] = {}
        for case_id in cases:
            case = db.session.get_one(Case, (PLACE, case_id))
            asked = tuple(people[number].id for number in places[case_id])
            proposal = Proposal(meeting.id, "Wie doet wat voor deze jongere?", 10, asked)
            item = proposing.propose_item(case, proposal, today=day)
            invited[item.id] = set(places[case_id])
        row = db.session.get_one(Meeting, (work.reader.municipality_id, meeting.id))
        running.open_meeting(row, today=day)
        db.session.commit()
    return Table(
        meeting=f"/overleg/{meeting.id}",
        items=list(invited),
        invited=invited,
        cookies=[site.sign_in(one)[0] for one in people],
        chair=site.sign_in(chair),
    )


def _seat(
    connection: "psycopg.Connection[tuple[Any, ...]]", case_id: UUID, person: Participant
) -> None:
    given = {"user": person.id, "role": person.role.value, "place": PLACE, "case": case_id}
    connection.execute(_SEAT, given)


def _measured(
    site: Site, table: Table, folder: Path, stack: ExitStack, database: int
) -> dict[str, Any]:
    bare = Server("bare", "benchmarks.bare:create_app()", site.environment(), threads=THREADS)
    product = Server("meeting", "benchmarks.product:create()", site.environment(), threads=THREADS)
    for server in (bare, product):
        server.start(folder)
        stack.callback(server.stop)
    floor = [Screen() for _each in range(PEOPLE)]
    spent = _all(bare, database, [_asking(bare, each) for each in floor], BARE)
    _check(floor)
    screens = [Screen() for _each in range(PEOPLE)]
    people = [Follower(product, table, number, each) for number, each in enumerate(screens)]
    for _turn in range(2):  # everybody is in the room, and the server has seen it all
        _all(product, database, [each.look for each in people], 0)
    following = [each.follow for each in people]
    quiet = _all(product, database, following, QUIET)
    _check(screens)
    asked = sum(len(each.polls) for each in screens)
    quiet_polls = sorted(one for each in screens for one in each.polls)
    for kept in (*(each.polls for each in screens), *(each.pages for each in screens)):
        kept.clear()
    steps: list[tuple[int, float]] = []
    chair = _leading(product, table, steps, screens[0].wrong)
    live = _all(product, database, [*following, chair], BETWEEN * (ITEMS + 1))
    _check(screens)
    return {
        "people": PEOPLE,
        "bare": _spread([one for each in floor for one in each.polls]),
        "bare cpu": 1000 * spent / sum(len(each.polls) for each in floor),
        "quiet": _spread(quiet_polls),
        "quiet cpu": 1000 * quiet / asked,
        "poll": _spread([one for each in screens for one in each.polls]),
        "page": _spread([one for each in screens for one in each.pages]),
        "cpu of a core": live / (BETWEEN * (ITEMS + 1)),
        "quiet of a core": quiet / QUIET,
        "in step": _in_step(screens, steps),
        "errors": 0,
    }


def _all(server: Server, database: int, work: list[Callable[[float], None]], lasts: float) -> float:
    """Let all do their work at once for so long; return the processor time that it took."""
    before = server.cpu_seconds() + cpu_seconds(database)
    until = time.perf_counter() + lasts
    threads = [threading.Thread(target=each, args=(until,)) for each in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return server.cpu_seconds() + cpu_seconds(database) - before


def _asking(server: Server, screen: Screen) -> Callable[[float], None]:
    """Ask for the bare page in the rhythm of the screens."""

    def work(until: float) -> None:
        time.sleep(random.random() * EVERY)
        while time.perf_counter() < until:
            _timed(server, Call(("/",)), screen.polls, screen)
            time.sleep(EVERY)

    return work


@dataclass(slots=True)
class Follower:
    """What the script of the page does for one of them."""

    server: Server
    table: Table
    number: int
    screen: Screen
    tick: int = 0

    def look(self, _until: float = 0) -> None:
        """Fetch the page, with what is up and the number that it is at."""
        call = Call((f"{self.table.meeting}/bezig",), self.table.cookies[self.number])
        answer = _timed(self.server, call, self.screen.pages, self.screen, _FOLLOWS)
        found = _TICK.search(answer)
        if found is None:
            self.screen.wrong.append("a page without its number")
            return
        self.tick = int(found[1])
        self.screen.shown.append((self.tick, time.perf_counter()))
        up = [UUID(each) for each in _ITEM.findall(answer)]
        if any(self.number not in self.table.invited[each] for each in up):
            self.screen.wrong.append("somebody saw an item to which he is not invited")

    def follow(self, until: float) -> None:
        """Ask for the number again and again, and look when it is another."""
        call = Call((f"{self.table.meeting}/stand",), self.table.cookies[self.number])
        time.sleep(random.random() * EVERY)
        while time.perf_counter() < until:
            mark = f'If-None-Match: "{self.tick}"'
            answer = _timed(self.server, call, self.screen.polls, self.screen, _FOLLOWS, mark)
            if answer.startswith("HTTP/1.1 200 "):
                self.look()
            time.sleep(EVERY)


def _leading(
    server: Server, table: Table, steps: list[tuple[int, float]], wrong: list[str]
) -> Callable[[float], None]:
    """Bring up one item after another, and note the number at which everybody has to arrive."""
    cookie, token = table.chair
    screen = Screen(wrong=wrong)

    def work(until: float) -> None:
        for item_id in table.items:
            time.sleep(BETWEEN)
            if time.perf_counter() > until:
                return
            body = urlencode({"csrf_token": token})
            call = Call((f"/onderwerp/{item_id}/beginnen",), cookie, body=body)
            _timed(server, call, [], screen)
            moment = time.perf_counter()
            state = _timed(server, Call((f"{table.meeting}/stand",), cookie), [], screen)
            steps.append((int(re.findall(r'"tick": (\d+)', state)[0]), moment))

    return work


def _timed(server: Server, call: Call, times: list[float], screen: Screen, *more: str) -> str:
    """Ask, note how long it took, and whether it was answered as it should."""
    begun = time.perf_counter()
    try:
        # A browser may keep its connection for the next question; here each makes its own.
        answer = exchange(server.port, call, ("Connection: close", *more)).decode()
    except OSError as failure:
        screen.wrong.append(str(failure))
        return ""
    times.append(time.perf_counter() - begun)
    status = answer[9:12]
    if status not in ({"302"} if call.body else {"200", "304"}):
        screen.wrong.append(answer.partition("\r\n")[0])
    return answer


def _check(screens: list[Screen]) -> None:
    wrong = [one for each in screens for one in each.wrong]
    if wrong:
        raise GateError(f"{len(wrong)} answers were wrong, the first: {wrong[0]}")


def _in_step(screens: list[Screen], steps: list[tuple[int, float]]) -> dict[str, Any]:
    """Return how long it took each screen, and the last of them, to show each step."""
    each_took, all_took = [], []
    for tick, moment in steps:
        took = [
            min((at for shown, at in screen.shown if shown >= tick), default=None)
            for screen in screens
        ]
        if any(at is None for at in took):
            raise GateError("a screen never showed an item that was brought up")
        delays = [max(0.0, at - moment) for at in took if at is not None]
        each_took += delays
        all_took.append(max(delays))
    return {"steps": len(steps), "each": _spread(each_took), "everybody": _spread(all_took)}


def _spread(values: list[float]) -> dict[str, float]:
    """Return the middle and the tail in milliseconds, and how many there were."""
    found = sorted(values)
    at = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
    places = {name: found[min(len(found) - 1, int(len(found) * part))] for name, part in at.items()}
    return {name: 1000 * value for name, value in (places | {"max": found[-1]}).items()} | {
        "number": len(found)
    }


def _told(found: dict[str, Any]) -> str:
    rows = [
        ("bare page", found["bare"]),
        ("poll, nothing changes", found["quiet"]),
        ("poll, the chair goes on", found["poll"]),
        ("page of the meeting", found["page"]),
        ("delay of one screen", found["in step"]["each"]),
        ("delay until all are in step", found["in step"]["everybody"]),
    ]
    lines = [
        "| what | p50, ms | p95, ms | p99, ms | most, ms | number |",
        "|---|---|---|---|---|---|",
    ]
    for name, spread in rows:
        cells = (f"{spread[key]:,.0f}" for key in ("p50", "p95", "p99", "max", "number"))
        lines.append(f"| {name} | {' | '.join(cells)} |")
    ratio = found["quiet cpu"] / found["bare cpu"]
    poll = f"Processor time of a poll: {found['quiet cpu']:.2f} ms, {ratio:.1f} times a bare page"
    forty = f"Forty screens: {found['quiet of a core']:.0%} of a core when nothing changes"
    busy = f"{found['cpu of a core']:.0%} when an item is brought up every {BETWEEN:g} s"
    lines += [
        "",
        f"{poll} ({found['bare cpu']:.2f} ms).",
        f"{forty}, {busy}. Errors: {found['errors']}.",
        json.dumps(found["machine"]),
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
