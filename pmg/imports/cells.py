"""The cells of one row, read by field; every refusal becomes a problem with its column."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from pmg.entry import check_text, parse_dutch_date
from pmg.errors import Invalid
from pmg.imports.columns import FIELDS
from pmg.imports.reading import Value
from pmg.imports.wording import Known
from pmg.texts import to_translate, translated

Answer = TypeVar("Answer")

_FILL_IN = to_translate("Dit ontbreekt. Vul het in.")
_FORMULA = re.compile(r"[=@\uff1d\uff20]|[+\-\uff0b\uff0d]\S*[|(!]|\t=")
_EXCEL_FAULT = re.compile(r"#(?:[A-Z/0]+[!?]|N/A|N/B)")


@dataclass(frozen=True, slots=True)
class Problem:
    """What to mend: the row as Excel numbers it, the column, and the advice."""

    row: int
    column: str
    template: str
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """What the column is called, in the language of the reader."""
        return translated(self.column)

    @property
    def message(self) -> str:
        """The advice in the language of the reader; Dutch when no one reads."""
        return translated(self.template, **self.values)


@dataclass(slots=True)
class Cells:
    """One row; each reader gives a value to go on with, and notes what was wrong."""

    number: int
    values: Mapping[str, Value]
    problems: list[Problem] = field(default_factory=list)
    _failed: set[str] = field(default_factory=set)

    def refuse(self, code: str, template: str, **values: object) -> None:
        """Note that something is wrong in the column of a field."""
        self._failed.add(code)
        self.problems.append(Problem(self.number, FIELDS[code].label, template, values))

    def has_failed(self, code: str) -> bool:
        """Whether something was wrong with this field."""
        return code in self._failed

    def is_empty(self, code: str) -> bool:
        """Whether there is nothing in the cell, or no such column."""
        value = self.values.get(code)
        return value is None or (isinstance(value, str) and not value.strip())

    def required(self, code: str, parse: Callable[[str], Answer], default: Answer) -> Answer:
        """Return the parsed text of a cell that must be filled; `default` when refused."""
        if self.is_empty(code):
            self.refuse(code, _FILL_IN)
            return default
        parsed = self.optional(code, parse)
        return default if parsed is None else parsed

    def optional(self, code: str, parse: Callable[[str], Answer]) -> Answer | None:
        """Return the parsed text of a cell; None when it is empty or refused."""
        if self.is_empty(code):
            return None
        try:
            return parse(self._text(code))
        except Invalid as refusal:
            self.refuse(code, refusal.template, **refusal.values)
            return None

    def day(self, code: str, check: Callable[[date], None]) -> date | None:
        """Return the day in a cell that must be filled; None when refused."""
        if self.is_empty(code):
            self.refuse(code, _FILL_IN)
            return None
        value = self.values[code]

        def parse(text: str) -> date:
            day = value if isinstance(value, date) else _typed_day(code, text, value)
            check(day)
            return day

        return self.optional(code, parse)

    def word(self, code: str, words: Known[Answer], default: Answer) -> Answer:
        """Return what a word means; `default` when the cell is empty and may be, or refused."""
        if self.is_empty(code) and not FIELDS[code].is_required:
            return default
        return self.required(code, words.meaning, default)

    def _text(self, code: str) -> str:
        value = self.values[code]
        if isinstance(value, bool):
            return "ja" if value else "nee"
        text = str(value)
        if _EXCEL_FAULT.fullmatch(text.strip()):
            raise Invalid(code, "Er staat een fout van Excel in deze cel. Typ de waarde opnieuw.")
        clean = check_text(code, text)
        if _FORMULA.match(clean):
            raise Invalid(code, "Deze cel lijkt een formule. Typ gewone tekst.")
        return clean


def _typed_day(code: str, text: str, value: Value) -> date:
    if isinstance(value, int | float):
        raise Invalid(code, "Dit is een getal. Schrijf een datum, bijvoorbeeld 3-1-2011.")
    return parse_dutch_date(code, text)
