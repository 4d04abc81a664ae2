"""The group approach in seven steps: places, times and behaviour, and never a person."""
