"""The one application of the peer."""

from django.apps import AppConfig


class Peer(AppConfig):
    """The casework tables as Django would have them."""

    name = "benchmarks.peer"
    label = "peer"
