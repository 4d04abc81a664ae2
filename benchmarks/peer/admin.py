"""The list and the page of a case in Django's admin, with raw ids as Django advises."""

import os

from django.contrib import admin
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.http import HttpRequest
from django.utils import timezone

from benchmarks.peer.models import Case, Member, Observation, Referral, SameRows, Youth

READER = os.environ.get("PEER_READER", "")
_PAGE = """
SELECT c.id FROM case_member m JOIN case_file c ON c.id = m.case_id
WHERE m.user_id = %s ORDER BY c.updated_at DESC, c.id DESC LIMIT 50
"""


class Members(admin.TabularInline):
    """Who takes part."""

    model = Member
    extra = 0


class Referrals(admin.StackedInline):
    """How it began."""

    model = Referral


class Observations(admin.TabularInline):
    """What was seen."""

    model = Observation
    extra = 0


class CaseAdmin(admin.ModelAdmin):
    """The same columns as our list, and the same rows on the page of a case."""

    list_display = (
        "youth", "age", "number", "status", "step", "next_step", "referred_on", "updated_at"
    )  # fmt: skip
    list_select_related = ("youth", "referral")
    list_per_page = 50
    raw_id_fields = ("youth",)
    inlines = (Members, Referrals, Observations)

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Case]":
        """Return the reader's own cases."""
        return super().get_queryset(request).filter(members__user_id=READER)

    def age(self, case: Case) -> int:
        """Return the age of the youth."""
        born, today = case.youth.birth_date, timezone.localdate()
        return today.year - born.year - ((today.month, today.day) < (born.month, born.day))

    def status(self, case: Case) -> str:
        """Return the status, computed."""
        if case.closed_on:
            return "Afgesloten"
        if not case.triage_outcome:
            return "Aangemeld"
        return "Uitvoering" if case.started_on else "Planvorming"

    def step(self, case: Case) -> str:
        """Return how far it is."""
        days = (case.referred_on, case.triaged_on, case.started_on, case.closed_on)
        return f"{sum(day is not None for day in days)} van 5"

    def next_step(self, case: Case) -> str:
        """Return what comes next."""
        return "Verloop bijhouden" if case.referral.told else "De jongere informeren"


class SameRowsAdmin(CaseAdmin):
    """Django given our statement: fifty ids first, nothing counted twice; a page of one table."""

    show_full_result_count = False
    inlines = ()

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Case]":
        """Return the fifty rows of the page, or every row when one is asked for."""
        rows = admin.ModelAdmin.get_queryset(self, request)
        if "/change/" in request.path:
            return rows
        return rows.filter(id__in=RawSQL(_PAGE, (READER,)))


admin.site.register(Case, CaseAdmin)
admin.site.register(SameRows, SameRowsAdmin)
admin.site.register(Youth)
