"""The rules of tasks: the way of one task, and the days of one that comes back."""

from pmg.tasks.rules.course import (
    LATEST_MONTHS,
    Origin,
    Source,
    State,
    Step,
    Wanted,
    check_due,
    check_reason,
    check_remark,
    check_step,
    check_wanted,
    is_late,
)
from pmg.tasks.rules.series import (
    LONGEST_MONTHS,
    MOST_TIMES,
    Rhythm,
    Series,
    check_series,
    day_of,
    next_number,
)

__all__ = [
    "LATEST_MONTHS",
    "LONGEST_MONTHS",
    "MOST_TIMES",
    "Origin",
    "Rhythm",
    "Series",
    "Source",
    "State",
    "Step",
    "Wanted",
    "check_due",
    "check_reason",
    "check_remark",
    "check_series",
    "check_step",
    "check_wanted",
    "day_of",
    "is_late",
    "next_number",
]
