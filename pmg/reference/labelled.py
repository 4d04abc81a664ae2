"""A closed vocabulary whose members are stored codes and carry a label in the reader's language."""

from enum import StrEnum
from typing import Self

from pmg.texts import translated


class Labelled(StrEnum):
    """Declare members as `NAME = "stored_code", "Label op de pagina"`.

    `order` is the place in the vocabulary: for sorting menus, never a measure of a person.
    """

    _value_: str
    dutch: str

    def __new__(cls, value: str, label: str = "") -> Self:
        """Keep the code as the value and the Dutch label beside it."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.dutch = label
        return member

    @property
    def label(self) -> str:
        """The label in the language of the reader; Dutch when no one reads."""
        return translated(self.dutch)

    @property
    def order(self) -> int:
        """Place in the vocabulary, from 0."""
        return list(type(self)).index(self)
