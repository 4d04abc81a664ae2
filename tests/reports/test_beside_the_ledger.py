"""What the second pair of eyes and the database look at anew, whatever worker or officer wrote."""

from collections.abc import Mapping, Sequence
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, insert, text
from sqlalchemy.exc import IntegrityError

from pmg.disclosure.ledger import Key, Ledger, crossings, crossings_inside
from pmg.disclosure.publish import Publication, certify, publish
from pmg.disclosure.release import Params
from pmg.disclosure.tables import Table
from pmg.disclosure.verify import Outcome, outcome, verify
from pmg.errors import Invalid
from pmg.extensions import db
from pmg.reports import computing
from pmg.reports.models import ReportDelivery, ReportRelease
from pmg.reports.rules import Choice
from pmg.reports.services import ask_report, deliver, sound_ledger
from tests.cast import Cast
from tests.conftest import AtWork
from tests.reports.casework import Casework
from tests.reports.conftest import QUARTER, TODAY, Work, approved


def asked(at_work: AtWork, cast: Cast, code: str) -> UUID:
    with at_work(cast.els):
        draft = ask_report(Choice(code, QUARTER), today=TODAY).draft
        assert draft is not None
        return draft.id


def careless(
    table: Table,
    params: Params,
    key: bytes,
    *,
    about: Mapping[str, str],
    ledger: Ledger,
    also: Sequence[Key],
) -> Publication:
    """Publish as a worker that was taken over: what stood before is named, and not looked at."""
    earlier = ledger.about(params.population)
    if not earlier:
        return publish(table, params, key, about=about, ledger=ledger, also=also)
    hashes = [one.hash for one in earlier]
    for turn in range(50):
        done = publish(table, params, bytes([turn]) * 32, about=about)
        if any((*crossings(earlier, done.release), *crossings_inside(earlier, done.release))):
            break
    certificate = certify(done.release, done.worlds, about, hashes)
    certificate |= {"ledger": ledger.head, "earlier": hashes}
    document = {**done.document, "certificate": certificate}
    assert outcome(verify(document)) is Outcome.GOOD
    return Publication(done.release, done.worlds, certificate, document)


def test_who_has_the_worker_gets_nothing_approved_that_narrows_what_was_released(
    casework: Casework,
    at_work: AtWork,
    cast: Cast,
    work: Work,
    owner: Engine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for age in range(8, 28):
        casework.youth(age=age)
    monkeypatch.setattr(computing, "publish", careless)
    for code in ("focusgebieden", "jaarrapportage"):
        draft_id = asked(at_work, cast, code)
        work()
        if code == "focusgebieden":
            approved(at_work, cast.dewi, draft_id)
    with pytest.raises(Invalid, match="doorstaat zijn eigen controle niet"):
        approved(at_work, cast.dewi, draft_id)
    with owner.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM report_release")) == 1


@pytest.mark.parametrize("is_own", [True, False])
def test_a_delivery_of_another_entry_does_not_stop_the_ledger(
    casework: Casework, at_work: AtWork, cast: Cast, work: Work, *, is_own: bool
) -> None:
    casework.youth()
    draft_id = asked(at_work, cast, "focusgebieden")
    work()
    item = approved(at_work, cast.dewi, draft_id)
    with at_work(cast.dewi) as officer:
        row = {
            "municipality_id": "JENV",
            "id": uuid4(),
            "sender_id": item.municipality_id,
            "release_id": item.id,
            "entry_hash": item.entry_hash if is_own else "0" * 64,
            "delivered_by": officer.user_id,
        }
        if is_own:
            db.session.execute(insert(ReportDelivery).values(row))
        else:
            with pytest.raises(IntegrityError, match="entry_hash"):
                db.session.execute(insert(ReportDelivery).values(row))
            db.session.rollback()
    with at_work(cast.dewi):
        deliver(db.session.get_one(ReportRelease, (item.municipality_id, item.id)))
        assert len(sound_ledger(item.municipality_id).entries) == 1
