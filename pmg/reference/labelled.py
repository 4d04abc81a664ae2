"""A closed vocabulary whose members are stored codes and carry a Dutch label."""

from enum import StrEnum
from typing import Self


class Labelled(StrEnum):
    """Declare members as `NAME = "stored_code", "Label op de pagina"`.

    `order` is the place in the vocabulary: for sorting menus, never a measure of a person.
    """

    _value_: str
    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        """Keep the code as the value and the label beside it."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    @property
    def order(self) -> int:
        """Place in the vocabulary, from 0."""
        return list(type(self)).index(self)
