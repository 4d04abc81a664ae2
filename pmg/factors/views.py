"""Pages of factors."""

from pmg.web.door import Feature

bp = Feature("factors", __name__)
