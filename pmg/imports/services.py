"""What can be done with a list: keep it, say what its columns hold, take it over, undo that."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import delete, update

from pmg.cases.intake import Terms
from pmg.cases.members import colleagues
from pmg.clock import now
from pmg.entry import check_text
from pmg.errors import Gone, Invalid
from pmg.extensions import db
from pmg.imports import doubles, keeping, mending, pieces, undoing
from pmg.imports.columns import check_mapping, guess_mapping
from pmg.imports.judging import Verdict
from pmg.imports.listing import read_listing
from pmg.imports.models import ImportBatch
from pmg.imports.reading import kind_of
from pmg.security import access, audit
from pmg.security.policy import Action, Role

KEPT_DAYS = 14
_SHORTEST_REASON = 10


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was given. Its name says what kind it is, and is not kept."""

    content: bytes
    filename: str


@dataclass(frozen=True, slots=True)
class Choices:
    """What is to be done with youths who may be known, and who directs running cases."""

    takes_known: bool = False
    director_id: UUID | None = None


def keep_list(upload: Upload, *, terms: Terms) -> ImportBatch:
    """Keep a list, sealed, with a first guess at its columns; judge it when the guess will do.

    Raises NotPermitted, or Invalid('file') that says why it cannot be read.
    """
    desk = access.workplace()
    access.require(Action.CASE_IMPORT, desk)
    listing = read_listing(upload.content, upload.filename)
    batch = ImportBatch(
        municipality_id=desk.municipality_id,
        id=uuid4(),
        owner_id=access.reader().user_id,
        file_kind=kind_of(upload.content),
        rows_total=len(listing.rows),
    )
    keeping.keep_listing(batch, listing)
    db.session.add(batch)
    pieces.judge_all(batch, listing, guess_mapping(listing.header), terms)
    db.session.flush()
    audit.wrote(Action.CASE_IMPORT, batch, batch.id)
    return batch


def map_columns(batch: ImportBatch, mapping: Mapping[int, str], *, terms: Terms) -> None:
    """Say which column holds what, and judge all rows anew.

    Raises NotPermitted, or Invalid('mapping') when it cannot be used, or the import has begun.
    """
    access.require(Action.CASE_IMPORT, batch)
    batch = _locked(batch)
    if batch.state != "concept":
        raise Invalid("mapping", "Deze lijst wordt al overgenomen.")
    listing = keeping.open_listing(batch)
    wrong = check_mapping(mapping, listing.header)
    if wrong:
        raise Invalid("mapping", wrong[0])
    pieces.judge_all(batch, listing, mapping, terms)
    audit.wrote(Action.CASE_IMPORT, batch, batch.id)


def begin(batch: ImportBatch, choices: Choices) -> None:
    """Begin to take a list over; the rows follow piece by piece.

    Does nothing when it has begun already. Raises NotPermitted, or Invalid when no row is good
    or nobody may direct the cases that run.
    """
    access.require(Action.CASE_IMPORT, batch)
    batch = _locked(batch)
    if batch.state != "concept":
        return
    verdict = keeping.open_verdict(batch)
    if verdict is None:
        raise Invalid("mapping", "Kies eerst welke kolom wat is.")
    if not _good(batch, verdict, choices):
        raise Invalid("known", "Er is geen rij om over te nemen. Verbeter de lijst eerst.")
    if verdict.running and choices.director_id not in {
        who.id for who in colleagues(Role.CASE_DIRECTOR)
    }:
        raise Invalid("director", "Kies wie de casusregisseur is van de zaken die al lopen.")
    batch.state = "bezig"
    keeping.keep_verdict(
        batch,
        replace(verdict, takes_known=choices.takes_known, director_id=choices.director_id),
    )
    audit.wrote(Action.CASE_IMPORT, batch, batch.id)


def _good(batch: ImportBatch, verdict: Verdict, choices: Choices) -> int:
    left_out = 0 if choices.takes_known else len(verdict.doubles)
    return batch.rows_total - len(verdict.bad_rows) - left_out


def take_piece(batch: ImportBatch, *, terms: Terms) -> int:
    """Take the next rows; return how many are left. After the last one the list itself goes.

    Safe to call twice, from two pages: each call takes other rows, and none when all are done.
    """
    access.require(Action.CASE_IMPORT, batch)
    batch = _locked(batch)
    verdict = keeping.open_verdict(batch)
    if batch.state != "bezig" or verdict is None:
        return 0
    pieces.take_next(batch, verdict, terms)
    audit.wrote(Action.CASE_IMPORT, batch, batch.id)
    db.session.flush()
    return batch.rows_total - batch.rows_done


def mending_list(batch: ImportBatch) -> bytes:
    """Return a workbook of the rows that are not taken, each with what to mend.

    Before the import: those that would not be taken as things stand. Raises NotPermitted, and
    Gone when there is no such row or it is forgotten.
    """
    access.require(Action.CASE_IMPORT, batch)
    verdict = keeping.open_verdict(batch)
    if verdict is None:
        raise Gone("no rows to mend")
    listing = verdict.refused or keeping.open_listing(batch)
    known = [doubles.known_problem(*pair) for pair in verdict.doubles.items()]
    problems = sorted((*verdict.problems, *known), key=lambda problem: problem.row)
    bad = {problem.row for problem in problems}
    if not bad:
        raise Gone("no rows to mend")
    audit.wrote(Action.CASE_IMPORT, batch, batch.id)
    rows = [row for row in listing.rows if row[0] in bad]
    return mending.write_bad_rows(listing.header, rows, problems)


def discard(batch: ImportBatch) -> None:
    """Throw away a list that was not taken over. Raises NotPermitted, or Invalid when it was."""
    access.require(Action.CASE_IMPORT, batch)
    batch = _locked(batch)
    if batch.state != "concept":
        raise Invalid("reason", "Deze lijst is al overgenomen. Maak dat ongedaan met een reden.")
    audit.wrote(Action.CASE_IMPORT, batch, batch.id)
    db.session.execute(
        delete(ImportBatch).where(
            ImportBatch.municipality_id == batch.municipality_id, ImportBatch.id == batch.id
        )
    )


def undo(batch: ImportBatch, reason: str) -> None:
    """Take back an import as a whole: cases, youths and their keys, also when it was half done.

    Raises NotPermitted, or Invalid('reason') when there is no reason, it was undone before, or
    somebody worked on: then it names those cases and nothing is undone.
    """
    access.require(Action.CASE_IMPORT, batch)
    because = check_text("reason", reason, limit=1000)
    if len(because) < _SHORTEST_REASON:
        raise Invalid("reason", "Schrijf in een zin waarom u dit ongedaan maakt.")
    batch = _locked(batch)
    if batch.state not in {"bezig", "klaar"}:
        raise Invalid("reason", "Dit is al ongedaan gemaakt.")
    for each in undoing.take_back(batch):
        access.work().subjects.setdefault(each.youth_id, set()).add("undone")
    batch.state, batch.undone_at, batch.content_sealed = "ongedaan", now(), None
    keeping.keep_verdict(batch, Verdict(undone_because=because))
    audit.wrote(Action.CASE_IMPORT, batch, batch.id)


def forget_old_lists() -> None:
    """Let go of one's own lists, and of rows to mend, that are older than two weeks."""
    desk = access.workplace()
    access.require(Action.CASE_IMPORT, desk)
    mine = (
        ImportBatch.municipality_id == desk.municipality_id,
        ImportBatch.owner_id == access.reader().user_id,
        ImportBatch.created_at < now() - timedelta(days=KEPT_DAYS),
    )
    db.session.execute(delete(ImportBatch).where(*mine, ImportBatch.state == "concept"))
    db.session.execute(
        update(ImportBatch).where(*mine, ImportBatch.state == "klaar").values(refused_sealed=None)
    )


def _locked(batch: ImportBatch) -> ImportBatch:
    """Return the row as it is now, and let no one else at it until we are done."""
    return db.session.get_one(
        ImportBatch,
        (batch.municipality_id, batch.id),
        populate_existing=True,
        with_for_update=True,
    )
