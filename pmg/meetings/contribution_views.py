"""Pages of one contribution: write it anew, let one more read it, take it back."""

from typing import Any
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pmg.meetings import contributing, holding, looking, presenting, reaching
from pmg.meetings.forms import ContributionForm
from pmg.meetings.item_models import AgendaItem, ItemContribution
from pmg.meetings.reaching import Audience
from pmg.meetings.rules import Scope
from pmg.meetings.shown import Item
from pmg.meetings.steps import Words, at_once, step
from pmg.reference.legal_bases import LEGAL_BASES
from pmg.security import access
from pmg.security.policy import Action
from pmg.web.door import Feature
from pmg.web.forms import SeenForm

bp = Feature("contributions", __name__)


@bp.page(
    "/bijdrage/<uuid:id>/verbeteren",
    action=Action.MEETING_CONTRIBUTE,
    of=ItemContribution,
    methods=("GET", "POST"),
)
def correct(row: ItemContribution) -> ResponseReturnValue:
    """Let the source write its contribution anew; who read it is told."""
    item = holding.item_of(row)
    found, there = looking.item(item), reaching.audience(item)
    form = ContributionForm(
        data={
            "named": there.mark,
            "words": row.words or "",
            "scope": row.scope,
            "readers": [str(one) for one in row.reader_ids if row.scope == Scope.PARTNERS],
            "category": row.category,
            "basis": row.basis,
            "is_needed": row.is_needed,
            "version": str(row.version),
        }
    )
    offer(form, item, found)
    return step(
        form,
        lambda: contributing.correct_contribution(row, form.shared()),
        words_of(item, _("Bijdrage verbeteren"), _("Opslaan"),
               _("Uw bijdrage is verbeterd. Wie haar kon lezen, krijgt bericht."),
               lead=asked(found), why_not=_why_not(row),
               consequence=_(
                   "Verbeteren verandert niet wie dit leest. Kiest u iets anders, dan geldt het "
                   "voor wie er nu bij zijn: %(who)s.", who=named(there))),
    )  # fmt: skip


@bp.page(
    "/bijdrage/<uuid:id>/ook-lezen",
    action=Action.MEETING_CONTRIBUTE,
    of=ItemContribution,
    methods=("POST",),
)
def widen(row: ItemContribution) -> ResponseReturnValue:
    """Let the source have one more read its contribution: who came after it was written."""
    item, form = holding.item_of(row), SeenForm()
    return at_once(
        lambda: contributing.widen_contribution(
            row, _id(request.form.get("wie", "")), form.seen_version
        ),
        url_for("agenda_items.show", id=item.id),
        _("U liet nog iemand uw bijdrage lezen."),
    )


@bp.page(
    "/bijdrage/<uuid:id>/intrekken",
    action=Action.MEETING_CONTRIBUTE,
    of=ItemContribution,
    methods=("GET", "POST"),
)
def withdraw(row: ItemContribution) -> ResponseReturnValue:
    """Let the source take its contribution back; who read it is told."""
    item, form = holding.item_of(row), SeenForm(version=str(row.version))
    return step(
        form,
        lambda: contributing.withdraw_contribution(row, form.seen_version),
        words_of(
            item,
            _("Bijdrage intrekken"),
            _("Intrekken"),
            _("Uw bijdrage is weg. Wie haar kon lezen, krijgt bericht."),
            consequence=_("De tekst is daarna weg. Dat er een bijdrage was, blijft te zien."),
            why_not=_why_not(row),
        ),
    )


def named(there: Audience) -> str:
    """Return who is there now, beside the reader's organisation, as a page names them."""
    return ", ".join(there.names) or str(_("niemand van een andere organisatie"))


def asked(found: Item) -> str:
    """Return what the reader's organisation is asked, or else the question of the item."""
    mine = found.mine
    return mine.question if mine and mine.question else found.line.question


def offer(form: ContributionForm, item: AgendaItem, found: Item) -> None:
    """Offer who is invited, the kinds of data and the grounds of the reader's organisation."""
    kinds = contributing.categories(item)
    form.offer(
        [
            (str(party.organisation_id), party.organisation)
            for party in found.parties
            if not party.is_mine
        ],
        [(kind.value, str(presenting.CATEGORIES[kind])) for kind in kinds],
        [
            ("", _("Kies een grond")),
            *(
                (basis.code, f"{basis.name} ({basis.article})")
                for basis in LEGAL_BASES.values()
                if basis.is_open_to(access.reader().organisation_type)
            ),
        ],
    )


def words_of(item: AgendaItem, title: str, button: str, done: str, **more: Any) -> Words:
    """Return the words around a step at an item."""
    line = looking.item(item).line
    given = {"back_url": url_for("agenda_items.show", id=item.id)} | more
    return Words(title=title, button=button, done=done, meta=presenting.title(line), **given)


def _id(written: str) -> UUID | None:
    try:
        return UUID(written)
    except ValueError:
        return None


def _why_not(row: ItemContribution) -> str:
    if row.organisation_id != access.reader().organisation_id:
        return str(_("Alleen de organisatie die dit inbracht, kan het veranderen."))
    return str(_("Deze bijdrage is al ingetrokken.")) if row.withdrawn_at else ""
