"""Lists that someone keeps: a name and filters of *Mijn caseload*, never the cases themselves."""
