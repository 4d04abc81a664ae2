"""The plan that is made with a youth: goals, what was agreed, and how it went."""
