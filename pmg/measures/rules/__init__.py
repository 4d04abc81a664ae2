"""The rules of measures with a course of their own: which they are, their steps, their hours."""

from pmg.measures.rules.guarantee import (
    GuaranteeStep,
    Taken,
    check_taken,
    check_taken_back,
    next_step,
)
from pmg.measures.rules.hours import (
    Hours,
    NotUsed,
    Sums,
    check_hours,
    check_new_week,
    monday_of,
    read_hours,
    show_hours,
    sums,
)
from pmg.measures.rules.telling import Act, check_why

GUARANTEE, AROUND_SCHOOL = "AANDEBAK", "SCHOOLOMGEVING"
"""The entries of the catalogue that these rules are for."""

__all__ = [
    "AROUND_SCHOOL",
    "GUARANTEE",
    "Act",
    "GuaranteeStep",
    "Hours",
    "NotUsed",
    "Sums",
    "Taken",
    "check_hours",
    "check_new_week",
    "check_taken",
    "check_taken_back",
    "check_why",
    "monday_of",
    "next_step",
    "read_hours",
    "show_hours",
    "sums",
]
