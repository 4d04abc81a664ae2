"""How the own list can stand. Pure."""

from pmg.reference.labelled import Labelled


class Order(Labelled):
    """In which order the list stands: by a day that was recorded, never by anything of a youth."""

    CHANGED = "", "Laatst gewijzigd bovenaan"
    OLDEST = "langst", "Langst geleden aangemeld bovenaan"
    NEWEST = "nieuwst", "Laatst aangemeld bovenaan"


FINISHED, ALL = "afgerond", "alle"
FINISHED_OR_ALL = frozenset({FINISHED, ALL})
"""What else than a status can be asked; nothing asks the running cases."""
