"""The ways in which the product says no; the web turns each into one page."""

from pmg.texts import translated


class Refused(Exception):  # noqa: N818  (a refusal is an answer, not a fault)
    """Something was asked that is not done."""


class NotPermitted(Refused):
    """The reader has no ground for this. `code` names the rule, for the log only."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Invalid(Refused):
    """What was given cannot be right. `template` says in plain Dutch what to do.

    `values` stand in it as `%(name)s`.
    """

    def __init__(self, field: str, template: str, **values: object) -> None:
        super().__init__(f"{field}: {template % values if values else template}")
        self.field = field
        self.template = template
        self.values = values

    @property
    def message(self) -> str:
        """What to do, in the language of the reader; Dutch when no one reads."""
        return translated(self.template, **self.values)


class Conflict(Refused):
    """Someone else changed the same thing first. `theirs` and `mine` map field to text."""

    def __init__(self, *, theirs: dict[str, str], mine: dict[str, str]) -> None:
        super().__init__("stale version")
        self.theirs = theirs
        self.mine = mine


class Gone(Refused):
    """It was there and is not any more."""
