"""Attacks on meetings: two who call the roll at the same moment, and a thief of the database."""

from uuid import UUID

import pytest
from sqlalchemy import Engine, text

from pmg.delivery import resting
from pmg.delivery.answers import Rest
from pmg.delivery.rules import PauseReason
from tests import build
from tests.acting import filled, send
from tests.cast import Cast
from tests.conftest import AtWork
from tests.delivery.conftest import (
    Browse,
    a_case,
    a_dosage,
    a_trajectory,
    meet,
    plan_it,
    the_trajectory,
)
from tests.delivery.test_end import close, goal_key
from tests.delivery.test_meet import LAST_WEEK, a_group, amount, roll, tell
from tests.promises.test_p04_stolen_database import encodings, everything
from tests.promises.waiting import meanwhile

PLANTED = {
    "aim": "Ooievaarplant leert klokkijken.",
    "part": "Roerdompplant oefenen",
    "words": "Wielewaalplant kwam te laat.",
    "why": "Grutterplant: ik vergiste me.",
    "pause": "Tureluurplant: naar familie.",
    "concern": "Kluutplant: thuis is veel ruzie.",
    "end": "Leeuwerikplant kan klokkijken.",
}


@pytest.fixture
def case_id(cast: Cast, at_work: AtWork) -> UUID:
    return a_case(cast, at_work)


@pytest.fixture
def trajectory_id(cast: Cast, at_work: AtWork, case_id: UUID) -> UUID:
    return a_trajectory(cast, at_work, case_id)


def test_two_who_call_the_roll_at_the_same_moment_write_it_once(
    cast: Cast, at_work: AtWork, browse: Browse, trajectory_id: UUID, superuser: Engine
) -> None:
    plan_it(cast, at_work, trajectory_id)
    ids = a_group(cast, at_work, browse, trajectory_id)
    path = f"/bijeenkomst/{ids['first']}/presentie"
    sanne, bas = browse(cast.sanne), browse(cast.bas)
    forms = [filled(one, path, **roll(ids["first"], ids["second"])) for one in (sanne, bas)]
    codes: list[int] = []
    with superuser.connect() as holding:
        holding.execute(text("SELECT FROM case_file FOR UPDATE"))
        with (
            meanwhile(superuser, lambda: codes.append(sanne.post(path, data=forms[0]).status_code)),
            meanwhile(superuser, lambda: codes.append(bas.post(path, data=forms[1]).status_code)),
        ):
            holding.commit()
    assert sorted(codes) == [302, 409]
    assert amount(cast, at_work, trajectory_id) == (1, 90)


def test_a_dump_tells_no_word_of_plans_meetings_and_concerns(
    cast: Cast, at_work: AtWork, browse: Browse, trajectory_id: UUID, superuser: Engine
) -> None:
    wanted = a_dosage(aim=PLANTED["aim"], elements=(PLANTED["part"],))
    plan_it(cast, at_work, trajectory_id, wanted)
    one = meet(cast, at_work, trajectory_id, LAST_WEEK)
    said = {"elements": [PLANTED["part"]], "words": PLANTED["words"]}
    assert tell(browse, cast, one, **said).status_code == 302
    assert tell(browse, cast, one, **said, why=PLANTED["why"]).status_code == 302
    send(browse(cast.sanne), f"/inzet/{trajectory_id}/zorg", words=PLANTED["concern"])
    with at_work(cast.sanne):
        rest = Rest(build.TODAY, PauseReason.OTHER, PLANTED["pause"])
        resting.pause_trajectory(the_trajectory(trajectory_id), rest, today=build.TODAY)
    key = goal_key(cast, at_work, trajectory_id)
    ended = close(browse, cast, trajectory_id, key, **{f"words-{key.hex}": PLANTED["end"]})
    assert ended.status_code == 302
    dump = everything(superuser)
    for word in PLANTED.values():
        for form in encodings(word.split()[0].rstrip(":")):
            assert form not in dump
