"""The plan of a municipality beside what came of it: places and budget a year, and reach."""
