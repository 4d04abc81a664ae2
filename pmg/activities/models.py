"""The table of activities in the district. Rows are only added; the last of an activity counts."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Integer, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from pmg.activities.rules import Act, Held, Mended, Place, Theme
from pmg.clock import now
from pmg.extensions import Model
from pmg.interventions.rules import Funding
from pmg.security.access import OfMunicipality


def _any_of(values: Any) -> str:
    return ", ".join(f"'{value}'" for value in values)


class DistrictActivity(OfMunicipality, Model):
    """An activity as told once: where and when, about what, and how many came. Nobody's name."""

    __tablename__ = "district_activity"
    __table_args__ = (
        ForeignKeyConstraint(
            ["municipality_id", "organisation_id"],
            ["organisation.municipality_id", "organisation.id"],
        ),
        ForeignKeyConstraint(
            ["municipality_id", "by_id"], ["user_account.municipality_id", "user_account.id"]
        ),
        UniqueConstraint(
            "municipality_id", "activity_key", "number", name="district_activity_number"
        ),
        CheckConstraint(f"act IN ({_any_of(Act)})", "act_known"),
        CheckConstraint(f"reason IN ({_any_of(Mended)})", "reason_known"),
        CheckConstraint("(act = 'genoteerd') = (reason IS NULL)", "changed_with_reason"),
        CheckConstraint("number >= 1", "number_counts"),
        CheckConstraint("(number = 1) = (act = 'genoteerd')", "told_first"),
        CheckConstraint(f"place IN ({_any_of(Place)})", "place_known"),
        CheckConstraint(f"theme IN ({_any_of(Theme)})", "theme_known"),
        CheckConstraint(f"funding IN ({_any_of(Funding)})", "funding_known"),
        CheckConstraint("visitors BETWEEN 0 AND 5000", "visitors_in_range"),
        CheckConstraint(
            "by_age IS NULL OR (cardinality(by_age) = 6 AND 0 <= ALL (by_age)"
            " AND by_age[1] + by_age[2] + by_age[3] + by_age[4] + by_age[5] + by_age[6]"
            " <= visitors)",
            "ages_add_up",
        ),
        Index("district_activity_day", "municipality_id", "organisation_id", "on_day"),
    )

    municipality_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    activity_key: Mapped[UUID]
    number: Mapped[int]
    act: Mapped[str]
    reason: Mapped[str | None]
    organisation_id: Mapped[UUID]
    on_day: Mapped[date]
    area: Mapped[str]
    place: Mapped[str]
    theme: Mapped[str]
    funding: Mapped[str]
    visitors: Mapped[int]
    by_age: Mapped[list[int] | None] = mapped_column(ARRAY(Integer))
    by_id: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(default=now)

    @property
    def held(self) -> Held:
        """The activity as the rules take it."""
        return Held(
            on=self.on_day,
            area=self.area,
            place=Place(self.place),
            theme=Theme(self.theme),
            funding=Funding(self.funding),
            visitors=self.visitors,
            by_age=tuple(self.by_age) if self.by_age is not None else None,
        )
