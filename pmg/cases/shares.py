"""Share decisions: the source lets an organisation of the case read one item, for a while.

One table for every kind of item; `pmg.sharing` decides, and the room of an item asks here whether
it is shared with who is at work.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    and_,
    func,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from pmg.cases.models import Case, OfCase, of_case
from pmg.extensions import Model, db
from pmg.reference.labelled import Labelled
from pmg.security import access
from pmg.security.encryption import encrypted_text
from pmg.security.policy import Category


class Thing(Labelled):
    """Kinds of items that a source can share one by one."""

    CONTACT = "contact", "Contactmoment"
    FACTOR = "factor", "Waarneming"
    DOCUMENT = "document", "Document"


SHAREABLE = (
    Category.JOURNAL,
    Category.POLICE,
    Category.JUSTICE,
    Category.SPECIAL,
    Category.SCHOOL,
)
_KINDS = ", ".join(f"'{kind}'" for kind in Thing)
_CATEGORIES = ", ".join(f"'{category}'" for category in SHAREABLE)


class Share(OfCase, Model):
    """One organisation may read one item, from a moment to a moment; by which act and why.

    Nothing of it is changed but that it ended: who renews it adds a row with the same `act_id`.
    """

    __tablename__ = "share"
    __table_args__ = (
        of_case(),
        *(
            ForeignKeyConstraint(["municipality_id", column], [f"{to}.municipality_id", f"{to}.id"])
            for column, to in (
                ("source_id", "organisation"),
                ("organisation_id", "organisation"),
                ("agreement_id", "agreement"),
                ("decided_by", "user_account"),
                ("ended_by", "user_account"),
            )
        ),
        CheckConstraint(f"kind IN ({_KINDS})", "kind_known"),
        CheckConstraint(f"category IN ({_CATEGORIES})", "category_shareable"),
        CheckConstraint("organisation_id <> source_id", "with_another"),
        CheckConstraint("until >= since", "ends_after_start"),
        CheckConstraint(
            "(purpose IS NULL) = (legal_basis IS NULL)"
            " AND (purpose IS NULL) = (why_sealed IS NULL)",
            "ground_whole",
        ),
        CheckConstraint(
            "(purpose IS NOT NULL) ="
            " ((agreement_id IS NOT NULL) <> (no_agreement_sealed IS NOT NULL))",
            "agreement_or_why",
        ),
        CheckConstraint("ended_by IS NULL OR ended_at IS NOT NULL", "ended_at_a_moment"),
        Index("share_case", "municipality_id", "case_id"),
        Index("share_item", "municipality_id", "item_id"),
    )

    # What was decided at once, renewed, and carried along by a correction, has the same act.
    act_id: Mapped[UUID]
    kind: Mapped[str]
    item_id: Mapped[UUID]
    category_code: Mapped[str] = mapped_column("category")
    source_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    # Of what was shared before grounds were written down these are empty.
    purpose: Mapped[str | None]
    legal_basis: Mapped[str | None]
    why_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    agreement_id: Mapped[UUID | None]
    no_agreement_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    # The clock of the database: who may read is asked in the same transaction.
    since: Mapped[datetime] = mapped_column(default=func.now())
    until: Mapped[datetime]
    decided_by: Mapped[UUID]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None]

    __mapper_args__ = {"eager_defaults": False}  # noqa: RUF012  (SQLAlchemy declares it so)

    why = encrypted_text("why_sealed", category=lambda row: row.category)
    no_agreement = encrypted_text("no_agreement_sealed", category=lambda row: row.category)

    @property
    def category(self) -> Category:
        """The category that the item was of when it was shared."""
        return Category(self.category_code)

    @property
    def access_source_id(self) -> UUID:
        """The organisation that decided."""
        return self.source_id

    @property
    def access_is_shared(self) -> bool:
        """Whether it is for the organisation of who is at work; row security keeps what lapsed."""
        return self.organisation_id == access.reader().organisation_id

    @classmethod
    def is_current(cls) -> ColumnElement[bool]:
        """Tell, in the words of the database, whether it holds now."""
        return and_(cls.ended_at.is_(None), cls.since <= func.now(), cls.until > func.now())


# For what something was shared: by act, words and an address for whom that exists.
Purposes = Mapping[UUID, Sequence[tuple[str, str]]]
_told_by: list[Callable[[Case], Purposes]] = []


def told_by(make: Callable[[Case], Purposes]) -> None:
    """SOCKET: let a room above say for what something of a case was shared."""
    if make not in _told_by:
        _told_by.append(make)


def made_for(case: Case) -> dict[UUID, list[tuple[str, str]]]:
    """Return by act for what it was shared, as far as that exists for the reader."""
    found: dict[UUID, list[tuple[str, str]]] = {}
    for make in _told_by:
        for act_id, links in make(case).items():
            found.setdefault(act_id, []).extend(links)
    return found


def reaches_reader(item_id: Any, kind: Thing) -> ColumnElement[bool]:
    """Tell, in the words of the database, whether an item is shared with the reader's now."""
    found: ColumnElement[bool] = item_id.in_(select(func.pmg_shared_with_us(kind.value)))
    return found


def current(kind: Thing, item_id: UUID) -> Sequence[Share]:
    """Return the shares of an item that hold now, as far as row security shows them."""
    return db.session.scalars(_of(kind, [item_id]).where(Share.is_current())).all()


def names_on(case_id: UUID, kind: Thing) -> dict[UUID, list[UUID]]:
    """Return of each shared item of a case the organisations that read it now."""
    found: dict[UUID, list[UUID]] = {}
    rows = db.session.execute(
        select(Share.item_id, Share.organisation_id).where(
            Share.municipality_id == access.reader().municipality_id,
            Share.case_id == case_id,
            Share.kind == kind.value,
            Share.is_current(),
        )
    )
    for item_id, organisation_id in rows:
        found.setdefault(item_id, []).append(organisation_id)
    return found


def carry_over(kind: Thing, old_id: UUID, new_id: UUID) -> list[UUID]:
    """Let a correction be read by whom the wrong one is shared with; return those organisations."""
    present = current(kind, old_id)
    for share in present:
        db.session.add(copied(share, item_id=new_id))
    db.session.flush()
    return [share.organisation_id for share in present]


def copied(share: Share, **changed: Any) -> Share:
    """Return a new row like this one by who is at work; its words are sealed for its own place."""
    kept = {
        name: getattr(share, name)
        for name in (
            *("municipality_id", "case_id", "youth_id", "act_id", "kind", "item_id"),
            *("category_code", "source_id", "organisation_id", "purpose", "legal_basis"),
            *("agreement_id", "until"),
        )
    }
    row = Share(id=uuid4(), decided_by=access.reader().user_id, **(kept | changed))
    if share.why_sealed is not None and row.why_sealed is None:
        row.why = share.why
    if share.no_agreement_sealed is not None:
        row.no_agreement = share.no_agreement
    return row


def end(kind: Thing, item_ids: Iterable[UUID]) -> None:
    """End every share of these items at once."""
    _end(Share.kind == kind.value, Share.item_id.in_(list(item_ids)))


def end_act(act_id: UUID, organisation_id: UUID) -> None:
    """End what one act lets one organisation read, in every version of the item."""
    _end(Share.act_id == act_id, Share.organisation_id == organisation_id)


def _end(*which: ColumnElement[bool]) -> None:
    reader = access.reader()
    db.session.execute(
        update(Share)
        .where(
            Share.municipality_id == reader.municipality_id,
            Share.source_id == reader.organisation_id,
            Share.ended_at.is_(None),
            *which,
        )
        .values(ended_at=func.now(), ended_by=reader.user_id),
        execution_options={"synchronize_session": False},
    )


def _of(kind: Thing, item_ids: list[UUID]) -> Any:
    return select(Share).where(
        Share.municipality_id == access.reader().municipality_id,
        Share.kind == kind.value,
        Share.item_id.in_(item_ids),
    )
