"""PostgreSQL without a service: for the demo, development and tests, never for production."""

from pmg.embedded.cluster import Cluster, start
from pmg.embedded.place import CannotStart
from pmg.embedded.roles import Family, Urls

__all__ = ["CannotStart", "Cluster", "Family", "Urls", "start"]
