"""Who carries which case: handing over, and the team manager's view without names."""
