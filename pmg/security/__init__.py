"""Who may see what, under which key, and what was seen: knows no HTTP."""
