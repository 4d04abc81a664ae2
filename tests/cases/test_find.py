"""Finding one's own cases: a slip, tussenvoegsels, accents, a date, a number, and nobody else's."""

import random
import time
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from pmg.cases import rules, search
from pmg.errors import Invalid
from tests import acting, build
from tests.cases.sending import send
from tests.cast import Cast

NOW = datetime(2026, 11, 23, tzinfo=UTC)
PATH = "/zaken/zoeken"
WORDS = st.text("abcdefy", min_size=1, max_size=7)
KEYS = st.lists(WORDS, min_size=1, max_size=4).map(lambda words: " ".join(sorted(words)))
DAYS = st.dates(date(2008, 1, 1), date(2008, 1, 5))
NEARLY = [
    *(
        "yassin",
        "Yasin",
        "yassni",
        "Boer",
        "de Boer",
        "van der Boer",
        "Yassín BÓER",
        "boer, yassin",
    ),
    *("14-3-2010", "14/03/2010", "14.3.2010", "14 maart 2010", "14 mrt. 2010", "2010-03-14"),
    *("14-mrt-2010", "boer 14-3-2010", "14 maart 2010 yasin", "yassin de boer 14-03-2010"),
]
OTHERS = ["yussuf", "bakker", "yassin bakker", "15-3-2010", "boer 14-3-2011", "jboer yassinnn"]


def slow_slip(one: str, other: str) -> bool:
    """Whether one edit makes the other word of it: tried one by one, as nobody would ship it."""
    if one == other:
        return True
    if min(len(one), len(other)) < 4:
        return False
    letters = set(one + other)
    edits = {one[:at] + one[at + 1 :] for at in range(len(one))}
    edits |= {one[:at] + new + one[at:] for at in range(len(one) + 1) for new in letters}
    edits |= {one[:at] + new + one[at + 1 :] for at in range(len(one)) for new in letters}
    edits |= {one[:at] + one[at + 1] + one[at] + one[at + 2 :] for at in range(len(one) - 1)}
    return other in edits


@given(st.text("abcd", max_size=7), st.text("abcd", max_size=7))
def test_a_slip_is_one_edit_of_a_word_of_four_letters(one: str, other: str) -> None:
    assert rules.same_word(one, other) == slow_slip(one, other)


@given(
    st.lists(st.tuples(KEYS, DAYS), max_size=12),
    st.lists(WORDS, max_size=3),
    st.none() | DAYS,
    st.integers(0, 4095),
)
def test_the_index_finds_whom_a_slow_look_at_everyone_finds(
    people: list[tuple[str, date]], asked: list[str], born: date | None, mine: int
) -> None:
    index, ids = search.Index(NOW), [uuid4() for _ in people]
    for youth_id, who in zip(ids, people, strict=True):
        index.put(youth_id, search.Entry(rules.Named("oude naam", who[1]), NOW))
        index.put(youth_id, search.Entry(rules.Named(*who), NOW))
    own = {each for at, each in enumerate(ids) if mine >> at & 1}
    expected = {
        youth_id
        for youth_id, (key, day) in zip(ids, people, strict=True)
        if youth_id in own
        and born in {None, day}
        and all(any(slow_slip(word, name) for name in key.split()) for word in asked)
    }
    assert index.who(rules.Question(tuple(asked), born), own) == expected


@pytest.mark.parametrize("typed", NEARLY)
def test_a_question_finds_the_case(cast: Cast, at_work: Any, browse: Any, typed: str) -> None:
    case_id = build.a_case(cast, at_work)
    build.a_case(cast, at_work, given_name="Noor", family_name="Smit", birth_date=date(2009, 1, 1))
    page = send(browse(cast.sanne), PATH, {"vraag": typed})
    assert page.status_code == 200
    assert f"/zaken/{case_id}" in page.text
    assert "1 zaak" in page.text


@pytest.mark.parametrize("typed", OTHERS)
def test_what_differs_more_finds_nothing(cast: Cast, at_work: Any, browse: Any, typed: str) -> None:
    build.a_case(cast, at_work)
    page = send(browse(cast.sanne), PATH, {"vraag": typed})
    assert "Niets gevonden in uw eigen zaken" in page.text
    assert "Yassin" not in page.text.replace(typed, "")


@pytest.mark.parametrize("typed", ["{0}", "pmg {1}-{2}", "{1}-{2}", "{2}", "boer {0}", "{0} yasin"])
def test_a_number_finds_the_case(cast: Cast, at_work: Any, browse: Any, typed: str) -> None:
    build.a_case(cast, at_work, given_name="Noor", family_name="Smit", birth_date=date(2009, 1, 1))
    case_id = build.a_case(cast, at_work)
    number = build.number(2)
    _pmg, year, sequence = number.split("-")
    page = send(browse(cast.bas), PATH, {"vraag": typed.format(number, year, int(sequence))})
    assert f"/zaken/{case_id}" in page.text
    assert "1 zaak" in page.text


WRONG = {
    "31-2-2010": "Deze dag bestaat niet",
    "12-3-08": "vier cijfers",
    " ": "Vul een naam",
    "…": "Vul een naam",
    "ja\x07n": "teken",
    "a" * 101: "korter",
}


@pytest.mark.parametrize("typed", WRONG)
def test_what_asks_nothing_is_said(cast: Cast, browse: Any, typed: str) -> None:
    page = send(browse(cast.sanne), PATH, {"vraag": typed})
    assert page.status_code == 422
    assert WRONG[typed] in page.text


@given(st.text(max_size=60))
def test_whatever_is_typed_is_a_question_or_is_refused(typed: str) -> None:
    try:
        question = rules.read_question(typed)
    except Invalid:
        return
    assert question.asks_who or question.sequence is not None


def test_nobody_finds_a_case_in_which_he_does_not_take_part(
    cast: Cast, at_work: Any, browse: Any
) -> None:
    case_id = build.a_case(cast, at_work)
    acting.join(cast, at_work, case_id, cast.karim)
    send(browse(cast.sanne), PATH, {"vraag": "yassin"})  # the names are in memory now
    for asked in ("yassin", "14-3-2010", build.number(1)):
        for who in (cast.jaap, cast.other):
            page = send(browse(who), PATH, {"vraag": asked})
            assert "Niets gevonden" in page.text
            assert str(case_id) not in page.text
        assert str(case_id) in send(browse(cast.karim), PATH, {"vraag": asked}).text
    acting.leave(cast, at_work, case_id, staying=cast.sanne)
    assert "Niets gevonden" in send(browse(cast.karim), PATH, {"vraag": "yassin"}).text


def test_who_may_not_read_names_finds_by_number_alone(
    cast: Cast, at_work: Any, browse: Any, settings: Any
) -> None:
    zorg = acting.hire_partner(settings.owner_database_url, "willem", "WERKGEVER")
    case_id = build.a_case(cast, at_work)
    acting.join(cast, at_work, case_id, zorg)
    send(browse(cast.sanne), PATH, {"vraag": "yassin"})
    for asked in ("yassin", "14-3-2010"):
        assert "Niets gevonden" in send(browse(zorg), PATH, {"vraag": asked}).text
    page = send(browse(zorg), PATH, {"vraag": build.number(1)})
    assert str(case_id) in page.text
    assert "Yassin" not in page.text


def test_a_corrected_name_is_found_at_once(cast: Cast, at_work: Any, browse: Any) -> None:
    case_id = build.a_case(cast, at_work)
    client = browse(cast.sanne)
    assert str(case_id) in send(client, PATH, {"vraag": "yassin"}).text
    build.corrected(cast, at_work, case_id, given_name="Ilyas")
    assert "Niets gevonden" in send(client, PATH, {"vraag": "yassin"}).text
    assert str(case_id) in send(client, PATH, {"vraag": "ilyas"}).text


def test_only_who_is_shown_gets_a_line_and_no_name_stands_in_an_address(
    cast: Cast, at_work: Any, browse: Any, superuser: Engine
) -> None:
    build.a_case(cast, at_work)
    build.a_case(cast, at_work, given_name="Noor", family_name="Smit", birth_date=date(2009, 1, 1))
    client = browse(cast.sanne)
    assert client.get(f"{PATH}?vraag=yassin").text.count("Yassin") == 0
    send(client, PATH, {"vraag": "yassin"})
    with superuser.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT e.address, s.fields FROM audit_event e JOIN audit_subject s"
                " ON s.event_id = e.id WHERE e.address = '/zaken/zoeken'"
            )
        ).all()
    assert [(row.address, row.fields) for row in rows] == [
        (PATH, ["birth_date", "family_name", "given_name"])
    ]


def test_a_hundred_thousand_names_are_searched_within_twenty_milliseconds() -> None:
    order = random.Random(2026)
    syllables = ["ba", "mo", "ya", "ssi", "han", "jan", "sen", "vri", "el", "ko", "ra", "de", "lin"]
    names = ["".join(order.choices(syllables, k=order.randint(2, 4))) for _ in range(9_000)]
    index, ids = search.Index(NOW), []
    for _ in range(100_000):
        born = date.fromordinal(date(1999, 1, 1).toordinal() + order.randrange(6500))
        key = " ".join(sorted(order.choices(names, k=order.randint(2, 3))))
        youth_id = uuid4()
        ids.append(youth_id)
        index.put(youth_id, search.Entry(rules.Named(key, born), NOW))
    everyone, times = set(ids), []
    for turn in range(300):
        named = index.entries[order.choice(ids)].named
        words = tuple(word[1:] if turn % 2 else word for word in named.key.split())
        started = time.perf_counter()
        found = index.who(rules.Question(words, named.birth_date if turn % 3 else None), everyone)
        times.append(1000 * (time.perf_counter() - started))
        assert found or turn % 2
    assert sorted(times)[int(len(times) * 0.95)] < 20
