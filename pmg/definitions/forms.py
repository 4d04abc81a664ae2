"""The form of a new version of a report: its texts, its ages, and up to ten tables."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget

from pmg.definitions import checking, rules
from pmg.definitions.rules import MOST_TABLES, Indicator, Method, Template
from pmg.definitions.vocabulary import AGE, KINDS, Ages, Unit, age_dimension, kind_of
from pmg.errors import Invalid
from pmg.web.fields import CarriedField, Given, LineField, TextField, menu
from pmg.web.forms import Form

SPARE = 1
"""Empty tables that a page offers after those that are there."""
_BAND = re.compile(r"\s*(\d{1,3})\s*(?:-|–|t/m|tot en met)\s*(\d{1,3})\s*", re.ASCII)
_WRITTEN_IN_DUTCH = {"lang": "nl"}
"""What stands in the box is Dutch in each language of the page, and is to be read out so."""
_PARTS = ("title", "definition", "unit", "rows", "columns", "blocks", "charts")


class _Ticks(SelectMultipleField):  # type: ignore[misc]
    """Some choices of a list."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class _AgesField(TextField):
    """Bands of ages, one a line; kept as typed when they cannot be read."""

    bands: Ages = ()

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the typed bands; ValueError carries the message of the refusal."""
        super().process_formdata(valuelist)
        found = []
        for line in (self.data or "").splitlines():
            if not line.strip():
                continue
            if not (band := _BAND.fullmatch(line)):
                raise ValueError(
                    _("De regel ‘%(line)s’ is geen leeftijdsgroep. Schrijf 8-11.", line=line[:40])
                )
            found.append((int(band[1]), int(band[2])))
        self.bands = tuple(found)


class VersionForm(Form):
    """A definition as it is typed; `version_form` adds the fields of each table."""

    title = LineField(
        _l("Naam van het rapport"),
        validators=[Given(_l("Vul een naam in."))],
        render_kw=_WRITTEN_IN_DUTCH,
    )
    purpose = TextField(
        _l("Waar is het voor?"),
        validators=[Given(_l("Schrijf in een zin waar het rapport voor is."))],
        limit=rules.LONGEST_TEXT,
        render_kw={"rows": 2, **_WRITTEN_IN_DUTCH},
    )
    ages = _AgesField(
        _l("Leeftijdsgroepen"),
        description=_l("Eén op elke regel, van jong naar oud. Bijvoorbeeld 8-11."),
        validators=[Given(_l("Vul ten minste één leeftijdsgroep in."))],
        render_kw={"rows": 6},
    )
    method = RadioField(
        _l("Hoe worden kleine aantallen beschermd?"),
        description=_l(
            "Afronden past bij bijna elk rapport. Kies verbergen alleen als precieze aantallen "
            "nodig zijn: een deel van de tabel blijft dan leeg, en een tweede rapport over "
            "dezelfde dagen met andere aantallen kan niet meer."
        ),
        choices=menu(Method),
        validators=[Given(_l("Kies afronden of verbergen."))],
    )
    base = RadioField(
        _l("Waarop wordt afgerond, of onder welk aantal wordt verborgen?"),
        choices=[
            SelectChoice("5", _l("Vijf: alleen als elke jongere één keer meetelt")),
            SelectChoice("10", _l("Tien")),
        ],
        validators=[Given(_l("Kies vijf of tien."))],
    )
    tables: int = 0
    old: Template
    municipality_id: str

    def fields_of(self, at: int) -> list[Any]:
        """Return the fields of one table, in their order."""
        drop = [self[f"table{at}_drop"]] if f"table{at}_drop" in self else []
        return [*(self[f"table{at}_{part}"] for part in _PARTS), *drop]

    def template(self) -> Template:
        """Return the definition as it was typed."""
        return Template(
            code=self.old.code,
            version=self.old.version,
            title=self.title.data or "",
            purpose=self.purpose.data or "",
            indicators=tuple(indicator for _at, indicator in self._indicators()),
            ages=self.ages.bands,
            base=int(self.base.data),
            k=int(self.base.data),
            method=Method(self.method.data),
        )

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Check each answer, and then whether they make a sound definition."""
        if not super().validate(extra_validators):
            return False
        found = checking.faults(self.template(), self.municipality_id)
        places = [at for at, _indicator in self._indicators()]
        for fault in found:
            self._put(fault, places)
        return not found

    def _dimension(self, typed: str | None) -> str:
        """Return the dimension that was chosen; that of ages has these bands."""
        return age_dimension(self.ages.bands) if typed == AGE else typed or ""

    def _put(self, fault: Invalid, places: list[int]) -> None:
        """Lay a fault beside its field; tables that are left out do not count in the rules."""
        name = fault.field
        if (numbered := re.fullmatch(r"table(\d+)_(\w+)", name)) and places:
            name = f"table{places[int(numbered[1]) - 1]}_{numbered[2]}"
        if name in self:
            self[name].errors = [*self[name].errors, fault.message]
        else:
            self.form_errors.append(fault.message)

    def _indicators(self) -> Iterator[tuple[int, Indicator]]:
        codes = {indicator.title: indicator.code for indicator in self.old.indicators}
        for at in range(1, self.tables + 1):
            get = {part: self[f"table{at}_{part}"].data for part in _PARTS}
            is_dropped = f"table{at}_drop" in self and self[f"table{at}_drop"].data
            if is_dropped or not (get["title"] or get["definition"] or get["rows"]):
                continue
            unit, title = Unit(get["unit"]), get["title"] or ""
            code = self[f"table{at}_code"].data or codes.get(title) or _code_of(title)
            yield (
                at,
                Indicator(
                    code=code,
                    title=title,
                    definition=get["definition"] or "",
                    unit=unit,
                    base=unit.population,
                    rows=get["rows"],
                    columns=get["columns"] or None,
                    blocks=get["blocks"] or None,
                    charts=tuple(get["charts"] or ()),
                ),
            )


def _code_of(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", title.lower()).strip("_")[: rules.LONGEST_CODE]


def version_form(old: Template, municipality_id: str) -> VersionForm:
    """Return a form that holds a version, with room for a table more."""
    count = min(len(old.indicators) + SPARE, MOST_TABLES)
    fields: dict[str, Any] = {"tables": count, "old": old, "municipality_id": municipality_id}
    for at in range(1, count + 1):
        fields.update(_table_fields(at, is_new=at > len(old.indicators)))
    kind: type[VersionForm] = type("NewVersionForm", (VersionForm,), fields)
    return kind(data=_as_typed(old))


def _table_fields(at: int, *, is_new: bool) -> dict[str, Any]:
    choices = [SelectChoice(code, _(kind.label)) for code, kind in KINDS.items()]
    none = [SelectChoice("", _("Geen")), *choices]
    found = {
        f"table{at}_code": CarriedField(),
        f"table{at}_title": LineField(
            _("Naam van tabel %(number)d", number=at), render_kw=_WRITTEN_IN_DUTCH
        ),
        f"table{at}_definition": TextField(
            _("Wat telt er mee in tabel %(number)d?", number=at),
            limit=rules.LONGEST_TEXT,
            render_kw={"rows": 3, **_WRITTEN_IN_DUTCH},
        ),
        f"table{at}_unit": SelectField(_("Eenheid van tabel %(number)d", number=at),
                                       choices=menu(Unit), default=Unit.YOUTHS.value),
        f"table{at}_rows": SelectField(_("Rijen van tabel %(number)d", number=at),
                                       choices=[SelectChoice("", _("Kies een indeling")), *choices],
                                       default="", validate_choice=False),
        f"table{at}_columns": SelectField(_("Kolommen van tabel %(number)d", number=at),
                                          choices=none, default="", validate_choice=False),
        f"table{at}_blocks": SelectField(_("Aparte tabellen van tabel %(number)d", number=at),
                                         choices=none, default="", validate_choice=False),
        f"table{at}_charts": _Ticks(_("Grafieken van tabel %(number)d", number=at),
                                    choices=choices, validate_choice=False),
    }  # fmt: skip
    if not is_new:
        label = _("Tabel %(number)d weglaten", number=at)
        found[f"table{at}_drop"] = BooleanField(label)
    return found


def _as_typed(old: Template) -> dict[str, Any]:
    found: dict[str, Any] = {
        "title": old.title,
        "purpose": old.purpose,
        "ages": "\n".join(f"{first}-{last}" for first, last in old.ages),
        "method": old.method.value,
        "base": str(old.base),
    }
    for at, one in enumerate(old.indicators, start=1):
        found |= {
            f"table{at}_code": one.code,
            f"table{at}_title": one.title,
            f"table{at}_definition": one.definition,
            f"table{at}_unit": one.unit.value,
            f"table{at}_rows": kind_of(one.rows),
            f"table{at}_columns": kind_of(one.columns or ""),
            f"table{at}_blocks": kind_of(one.blocks or ""),
            f"table{at}_charts": list(map(kind_of, one.charts)),
        }
    return found
