"""The rules of interventions: looking one up, and the way of a trajectory."""

from pmg.interventions.rules.finding import Facets, Match, Wish, facets, find, near
from pmg.interventions.rules.trajectories import (
    NOT_PICKED,
    CompletionResult,
    Course,
    FundingReason,
    StopReason,
    TrajectoryState,
    check_completion,
    check_planned,
    check_reason,
    check_start,
    check_stop,
    state,
)
from pmg.reference.interventions import Funding

__all__ = [
    "NOT_PICKED",
    "CompletionResult",
    "Course",
    "Facets",
    "Funding",
    "FundingReason",
    "Match",
    "StopReason",
    "TrajectoryState",
    "Wish",
    "check_completion",
    "check_planned",
    "check_reason",
    "check_start",
    "check_stop",
    "facets",
    "find",
    "near",
    "state",
]
