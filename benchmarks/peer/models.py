"""The same rows as ordinary Django tables: readable names, one key, indexes by hand."""

import uuid

from django.db import models


class Youth(models.Model):
    """A youth, his name readable to whoever has the database."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    given_name = models.TextField()
    family_name = models.TextField()
    birth_date = models.DateField()
    area = models.TextField()
    gender = models.TextField()

    class Meta:
        """Where it is kept."""

        db_table = "youth"

    def __str__(self) -> str:
        """Return his name."""
        return f"{self.given_name} {self.family_name}"


class Case(models.Model):
    """A case."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    youth = models.ForeignKey(Youth, models.PROTECT)
    number = models.TextField()
    purpose = models.TextField()
    legal_basis = models.TextField()
    focus_area_code = models.TextField(blank=True, default="")
    referred_on = models.DateField()
    triaged_on = models.DateField(null=True, blank=True)
    triage_outcome = models.TextField(blank=True, default="")
    started_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    aftercare_until = models.DateField(null=True, blank=True)
    updated_at = models.DateTimeField()

    class Meta:
        """Where it is kept, and in which order it is listed."""

        db_table = "case_file"
        ordering = ("-updated_at", "-id")
        indexes = (models.Index(fields=("-updated_at", "-id")),)

    def __str__(self) -> str:
        """Return its number."""
        return self.number


class SameRows(Case):
    """The cases again: as our own statement finds them, and without what hangs below."""

    class Meta:
        """The same table."""

        proxy = True


class Member(models.Model):
    """Who takes part."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="members")
    user_id = models.UUIDField(db_index=True)
    function = models.TextField()

    class Meta:
        """Where it is kept."""

        db_table = "case_member"

    def __str__(self) -> str:
        """Return what it is about."""
        return self.function


class Referral(models.Model):
    """How it began."""

    case = models.OneToOneField(Case, models.CASCADE)
    referrer_kind = models.TextField()
    reason = models.TextField()
    told = models.BooleanField()
    tell_again_on = models.DateField(null=True, blank=True)

    class Meta:
        """Where it is kept."""

        db_table = "referral"

    def __str__(self) -> str:
        """Return what it is about."""
        return self.referrer_kind


class Observation(models.Model):
    """A factor on a day."""

    case = models.ForeignKey(Case, models.CASCADE)
    factor_code = models.TextField()
    presence = models.TextField()
    seen_on = models.DateField()

    class Meta:
        """Where it is kept."""

        db_table = "factor_observation"

    def __str__(self) -> str:
        """Return what it is about."""
        return self.factor_code
