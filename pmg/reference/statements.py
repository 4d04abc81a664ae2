"""What sort of statement somebody makes about a youth."""

from pmg.reference.labelled import Labelled


class Nature(Labelled):
    """Whether it was seen or checked, is what somebody thinks, or is not sure yet."""

    FACT = "feit", "Feit: gezien, gehoord of nagekeken"
    OPINION = "mening", "Mening: wat iemand ervan vindt"
    SUSPICION = "vermoeden", "Vermoeden: nog niet zeker"
