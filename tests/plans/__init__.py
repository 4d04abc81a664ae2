"""The plan beside what came of it."""
