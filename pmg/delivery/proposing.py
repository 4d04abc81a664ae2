"""What the form of a goal begins with: what was agreed, and what the catalogue says is usual."""

from typing import Any

from flask_babel import gettext as _

from pmg.catalogue import shelf as catalogue
from pmg.delivery import writing
from pmg.interventions.models import Trajectory


def answers(trajectory: Trajectory) -> dict[str, Any]:
    """Return the answers to begin with; each can be changed."""
    entry = catalogue.entry(trajectory.intervention_code)
    draft = writing.open_plan(trajectory)
    is_first = draft is None or not writing.goals_of(draft)
    return {
        "aim": trajectory.goal,
        "plan_goal": str(trajectory.goal_id or ""),
        "from_on": trajectory.started_on or trajectory.planned_start,
        "until_on": trajectory.planned_end,
        "sessions": entry.sessions if is_first else None,  # a second goal has its own
        "minutes": entry.minutes,
        "elements": "\n".join(entry.core_elements),
    }


def told(trajectory: Trajectory) -> str:
    """Say that answers come from the catalogue; '' when none does."""
    if not catalogue.entry(trajectory.intervention_code).is_dosed:
        return ""
    return str(_("Wat de catalogus zegt, staat al ingevuld. Wijzig wat u anders afspreekt."))
