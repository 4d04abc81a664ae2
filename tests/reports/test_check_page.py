"""The page that checks a report: what it says of a good file, and of any other."""

import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given
from hypothesis import settings as tried
from hypothesis import strategies as st

from config import Settings
from pmg.disclosure.canonical import canonical, digest
from pmg.disclosure.ledger import Ledger
from pmg.disclosure.publish import Signer, certify, publish
from pmg.disclosure.release import Params
from pmg.disclosure.specs import flat, table
from pmg.disclosure.tables import tabulate
from pmg.disclosure.verify import Outcome, outcome, verify
from pmg.reports import checking, forms, weighing
from pmg.reports.checking import Keys, check_file
from pmg.reports.keys import secrets_of
from pmg.security.policy import Action, Role, Who, grants
from tests import acting
from tests.cast import Cast
from tests.disclosure.build import a_publication, a_table

Browse = Callable[..., FlaskClient]
MAKER = Ed25519PrivateKey.from_private_bytes(b"m" * 32)
KEY = MAKER.public_key().public_bytes_raw()
KEYS = Keys([KEY], [KEY])
FORGER = Ed25519PrivateKey.from_private_bytes(b"f" * 32)
GOOD = a_publication(
    40, signer=Signer(MAKER.sign, KEY), about={"gemeente": "<b>Testdam"}
).as_bytes()


def send(client: FlaskClient, content: bytes, **answers: Any) -> Any:
    page = {**acting.filled(client, "/controleren"), **answers}
    file = (io.BytesIO(content), "rapport.json")
    return client.post("/controleren", data={**page, "file": file})


# -- the page


def test_a_good_file_is_said_to_be_right_with_what_each_check_means(
    browse: Browse, cast: Cast
) -> None:
    page = send(browse(cast.els), GOOD, key=KEY.hex())
    assert page.status_code == 200
    assert "Alles klopt" in page.text
    assert page.text.count(">Goed<") == 8
    assert "Eén ander cijfer geeft een heel andere vingerafdruk." in page.text
    assert "&lt;b&gt;Testdam" in page.text


@cache
def beside() -> tuple[bytes, Any]:
    """The second of two files about the same people, and the ledger that holds both."""
    ledger, content = Ledger(), b""
    for number in (40, 42):
        done = publish(
            a_table(number),
            Params(f"rapport {number}", population="Testdam"),
            b"k" * 32,
            signer=Signer(MAKER.sign, KEY),
            ledger=ledger,
        )
        ledger, content = ledger.add("Testdam", done.release), done.as_bytes()
    return content, ledger.as_json()


def with_ledger(client: FlaskClient, entries: Any) -> Any:
    ledger = (io.BytesIO(json.dumps(entries).encode()), "grootboek.json")
    return send(client, beside()[0], key=KEY.hex(), ledger=ledger)


def test_beside_its_ledger_the_chain_the_place_and_the_others_are_checked(
    browse: Browse, cast: Cast
) -> None:
    page = with_ledger(browse(cast.els), beside()[1])
    assert "Alles klopt" in page.text
    assert page.text.count(">Goed<") == 11
    assert "steeds twee rapporten tegelijk" in page.text
    assert "op zichzelf gecontroleerd" not in page.text
    alone = send(browse(cast.els), beside()[0], key=KEY.hex())
    assert "op zichzelf gecontroleerd" in alone.text


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda entries: entries[1:], "Het grootboek klopt niet"),
        (lambda entries: entries[:1], "De publicatie staat niet in het grootboek."),
        (lambda entries: {"entries": entries}, "Het grootboek is niet te lezen"),
        (lambda _entries: [None], "Het grootboek is niet te lezen"),
    ],
)
def test_a_ledger_that_misses_something_is_named_and_the_file_is_not_said_to_be_right(
    browse: Browse, cast: Cast, spoil: Callable[[Any], Any], message: str
) -> None:
    page = with_ledger(browse(cast.els), spoil(beside()[1]))
    assert message in page.text
    assert "Dit bestand klopt niet" in page.text
    assert "Alles klopt" not in page.text


def test_a_changed_number_is_named_in_plain_dutch(browse: Browse, cast: Cast) -> None:
    document = json.loads(GOOD)
    document["release"]["parts"][0]["values"][0] += 5
    page = send(browse(cast.els), json.dumps(document).encode(), key=KEY.hex())
    assert "Dit bestand klopt niet" in page.text
    assert "De getallen zijn veranderd nadat het certificaat is gemaakt." in page.text
    assert page.text.rindex(">Fout<") < page.text.index(">Goed<")


def test_a_file_of_another_system_needs_its_key(browse: Browse, cast: Cast) -> None:
    client = browse(cast.els)
    without = send(client, GOOD).text
    assert "Wie dit bestand maakte, is niet bewezen" in without
    assert "Vraag de maker langs een andere weg wat zijn sleutel is" in without
    assert KEY.hex() in "".join(re.sub("<[^>]*>", "", without).split())
    assert "Alles klopt" not in without
    assert "Dit bestand klopt niet" not in without
    with_key = send(client, GOOD, key=f" {KEY.hex().upper()} ").text
    assert "Alles klopt" in with_key
    assert "ondertekend met de sleutel die u invulde" in with_key


def test_a_key_that_is_given_and_is_not_that_of_the_file_is_wrong(
    browse: Browse, cast: Cast
) -> None:
    page = send(browse(cast.els), GOOD, key="ab" * 32).text
    assert "Dit bestand klopt niet" in page
    assert "met een andere sleutel ondertekend" in page


def test_a_file_from_which_the_signature_was_taken_is_not_said_to_be_right(
    browse: Browse, cast: Cast
) -> None:
    page = send(browse(cast.els), a_publication(23).as_bytes()).text
    assert "Wie dit bestand maakte, is niet bewezen" in page
    assert "Iedereen kan het hebben gemaakt" in page
    assert "Alles klopt" not in page
    worse = json.loads(a_publication(23).as_bytes())
    worse["release"]["parts"][0]["values"][0] += 5
    assert "Dit bestand klopt niet" in send(browse(cast.els), json.dumps(worse).encode()).text


def test_a_file_of_this_system_says_that_its_key_is_of_this_system(
    browse: Browse, cast: Cast, settings: Settings
) -> None:
    signer = secrets_of(settings.disclosure_key, settings.signing_key).signer
    page = send(browse(cast.els), a_publication(40, signer=signer).as_bytes()).text
    assert "Alles klopt" in page
    assert "ondertekend met de sleutel van dit systeem" in page


@pytest.mark.parametrize("key", ["x", "00", "0" * 65, "g" * 64])
def test_a_key_that_is_none_is_explained(browse: Browse, cast: Cast, key: str) -> None:
    answer = send(browse(cast.els), GOOD, key=key)
    assert answer.status_code == 422
    assert "Een sleutel heeft 64 tekens" in answer.text


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"\xff", b"[" * 99_999, b"1e999"])
def test_what_is_no_report_gets_a_plain_answer(browse: Browse, cast: Cast, content: bytes) -> None:
    answer = send(browse(cast.els), content)
    assert answer.status_code in {200, 422}
    assert "Traceback" not in answer.text
    assert "klopt niet" in answer.text or "Kies een bestand" in answer.text


def with_deviation(most: int) -> bytes:
    """A file of a maker who takes the largest deviation that Python can read, and proves it."""
    made = a_publication(40)
    release = replace(made.release, tolerance=most)
    certificate = certify(release, made.worlds, {})
    return json.dumps(
        {**made.document, "release": release.as_json(), "certificate": certificate}
    ).encode()


@pytest.mark.parametrize("most", [10**4300 - 1, 10**12], ids=["huge", "large"])
def test_a_number_that_nothing_is_counted_by_gets_a_plain_answer(
    browse: Browse, cast: Cast, most: int
) -> None:
    answer = send(browse(cast.els), with_deviation(most))
    assert answer.status_code == 200
    assert "De publicatie is niet leesbaar." in answer.text
    assert "Wie dit bestand maakte" in send(browse(cast.els), with_deviation(10**12 - 1)).text


@pytest.mark.parametrize("place", [("certificate",), ("certificate", "about", "gemeente")])
@pytest.mark.parametrize("odd", [None, "\ud800", "a\0b", "\x1b[2J", [["\udfff"]]])
def test_a_file_with_what_no_page_can_show_is_said_to_be_wrong(
    browse: Browse, cast: Cast, place: tuple[str, ...], odd: Any
) -> None:
    document = json.loads(GOOD)
    parent_of(document, place)[place[-1]] = odd
    answer = send(browse(cast.els), json.dumps(document).encode(), key=KEY.hex())
    assert answer.status_code == 200
    assert "Dit bestand klopt niet" in answer.text
    assert not set(answer.data) & set(b"\0\x1b")


def test_a_file_that_is_too_large_is_refused(
    browse: Browse, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "LARGEST_FILE", 100)
    answer = send(browse(cast.els), b" " * 101)
    assert answer.status_code == 422
    assert "hoogstens 5 MB" in answer.text


def test_the_ministry_and_policy_officers_may_check_and_no_one_else() -> None:
    may = {role for role in Role if grants(Who(frozenset({role}), "", True), Action.REPORT_VERIFY)}
    assert may == {Role.POLICY_OFFICER, Role.MINISTRY_READER}


@pytest.mark.parametrize("name", ["sanne", "bas", "karim", "ans", "ad"])
def test_others_find_no_page(browse: Browse, cast: Cast, name: str) -> None:
    assert browse(getattr(cast, name)).get("/controleren").status_code == 404


def test_a_small_file_that_asks_for_huge_tables_is_refused_at_once() -> None:
    codes = [str(n) for n in range(2000)]
    names = "abcdef"
    huge = json.loads(GOOD)
    huge["release"]["hierarchies"] = [{"dimension": n, "codes": codes} for n in names]
    huge["release"]["tables"] = [{"name": "t", "unit": "u", "axes": list(names)}]
    found = check_file(json.dumps(huge).encode(), keys=KEYS)
    assert not found.good
    assert "groter dan die van een rapport" in found.lines[0].text


def one_code_each(dimensions: int, rows: int, worlds: int = 1) -> Any:
    """A small file whose every row is counted in as many cells as there are sets of dimensions."""
    names = [f"d{number}" for number in range(dimensions)]
    world = {"unit": "u", "columns": [*names, "aantal"], "rows": [["x"] * dimensions + [0]] * rows}
    document = json.loads(GOOD)
    document["release"]["hierarchies"] = [{"dimension": n, "codes": ["x"]} for n in names]
    document["release"]["tables"] = [{"name": "t", "unit": "u", "axes": names}]
    return {**document, "worlds": [world] * worlds}


def with_pairs(number: int) -> Any:
    """A file of many numbers, that names as often which unit is part of which."""
    codes = [str(code) for code in range(1500)]
    counted = tabulate({"u": []}, [table("t", "u", ["d"])], [flat("d", codes)])
    document = json.loads(publish(counted, Params("r"), b"k" * 32).as_bytes())
    document["release"]["inside"] = [["x", "y"]] * number
    return document


def with_parts(number: int, codes: int) -> Any:
    """A file in which many categories of a unit are said to be within another."""
    document = with_pairs(0)
    within = {
        "unit": "u",
        "of": "v",
        "dimension": "d",
        "codes": [f"no {one}" for one in range(codes)],
    }
    document["release"]["within"] = [within] * number
    return document


def many_tables(number: int, codes: int) -> Any:
    """A file of many tables, each small, that all group the same many categories."""
    document, names = json.loads(GOOD), [str(code) for code in range(codes)]
    document["release"]["hierarchies"] = [
        {"dimension": "d", "codes": names, "levels": {"all": dict.fromkeys(names, "one")}}
    ]
    axes = [{"dimension": "d", "levels": ["all"]}]
    document["release"]["tables"] = [
        {"name": str(one), "unit": str(one), "axes": axes} for one in range(number)
    ]
    return document


@pytest.mark.parametrize(
    "hostile",
    [
        lambda: one_code_each(14, 0),
        lambda: one_code_each(8, 2000),
        lambda: one_code_each(16, 0, worlds=30),
        lambda: with_pairs(2000),
        lambda: with_parts(20, 1000),
        lambda: many_tables(400, 4000),
        lambda: many_tables(1500, 1),
    ],
    ids=["dimensions", "rows", "worlds", "pairs", "parts", "tables", "units"],
)
def test_a_small_file_that_would_keep_the_server_busy_is_refused_before_it_is_begun(
    browse: Browse, cast: Cast, hostile: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    content = json.dumps(hostile()).encode()
    monkeypatch.setattr(checking, "verify", lambda *_args, **_more: pytest.fail("it was begun"))
    answer = send(browse(cast.els), content)
    assert len(content) < checking.LARGEST_FILE
    assert answer.status_code == 200
    assert "het vraagt veel meer rekenwerk dan een rapport." in answer.text
    assert "klopt niet" in answer.text


def test_a_ledger_that_would_keep_the_server_busy_is_refused_before_it_is_begun(
    browse: Browse, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weighing, "_MOST_STEPS_TOGETHER", 2_000_000)
    assert "Alles klopt" in with_ledger(browse(cast.els), beside()[1]).text
    page = with_ledger(browse(cast.els), beside()[1] * 120)
    assert "Het grootboek is niet te lezen" in page.text
    assert "te groot om in één keer na te kijken" in page.text
    assert "Dit bestand klopt niet" in page.text


# -- tampering: always found, and never a fault of the check itself


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a JSON value."""
    yield at
    if isinstance(value, dict):
        for name, each in value.items():
            yield from places(each, (*at, name))
    if isinstance(value, list):
        for number, each in enumerate(value):
            yield from places(each, (*at, number))


PLACES = [place for place in places(json.loads(GOOD)) if place]
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-10, 10**30),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(["\ud800", "0" * 64, [], {}, [[]], {"a": []}]),
)


def parent_of(document: Any, place: tuple[Any, ...]) -> Any:
    for step in place[:-1]:
        document = document[step]
    return document


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same text, so that True is not 1 and 5.0 is not 5."""
    return repr(one) == repr(other)


@tried(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(PLACES), ODD)
def test_one_value_replaced_is_always_found(place: tuple[Any, ...], odd: Any) -> None:
    document = json.loads(GOOD)
    parent = parent_of(document, place)
    before, parent[place[-1]] = parent[place[-1]], odd
    is_same = same(before, odd)
    assert (outcome(verify(document, key=KEY)) is Outcome.GOOD) == is_same
    found = check_file(json.dumps(document).encode(), keys=KEYS)
    assert found.good == is_same
    assert "".join(line.text for line in found.lines).encode()


@tried(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(PLACES))
def test_one_value_removed_is_always_found(place: tuple[Any, ...]) -> None:
    document = json.loads(GOOD)
    del parent_of(document, place)[place[-1]]
    assert not check_file(json.dumps(document).encode(), keys=KEYS).good


def sealed(document: Any, by: Ed25519PrivateKey) -> Any:
    """Put every hash right and sign again, as a forger would."""
    certificate = document["certificate"]
    certificate["release_hash"] = digest(document["release"])
    certificate["tables_hash"] = digest(document["release"]["tables"])
    certificate["hierarchies_hash"] = digest(document["release"]["hierarchies"])
    for proof, world in zip(certificate["proof"], document["worlds"], strict=True):
        proof["hash"], proof["rows"] = digest(world), len(world["rows"])
    document["signature"]["value"] = by.sign(canonical(certificate)).hex()
    document["signature"]["public_key"] = by.public_key().public_bytes_raw().hex()
    return document


def test_another_signature_is_found_also_when_all_else_is_right() -> None:
    document = sealed(json.loads(GOOD), FORGER)
    assert outcome(verify(document, key=KEY)) is Outcome.SIGNATURE


NUMBERS = [place for place in PLACES if "values" in place and isinstance(place[-1], int)]


@tried(max_examples=150, deadline=None)
@given(st.sampled_from(NUMBERS), st.sampled_from([-5, -1, 1, 4, 5, 10, 10**9]))
def test_a_maker_who_breaks_a_promise_is_found_though_he_signs(
    place: tuple[Any, ...], change: int
) -> None:
    document = json.loads(GOOD)
    parent_of(document, place)[place[-1]] += change
    assert outcome(verify(sealed(document, MAKER), key=KEY)) in {
        Outcome.SUMS,
        Outcome.MULTIPLES,
        Outcome.WORLD,
    }


def test_every_kind_of_failure_says_what_it_means() -> None:
    lines = verify(json.loads(GOOD), key=KEY)
    assert len({line.meaning.text for line in lines}) == len(lines) == 8
    assert check_file(b"", keys=KEYS).lines[0].meaning.text.startswith("Wat niet te lezen is")
