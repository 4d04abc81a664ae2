"""From which age a youth agrees alone, and below which a parent or guardian agrees as well."""

# Below sixteen the consent of the legal representative is needed as well: UAVG art. 5 lid 1
# (Stb. 2018, 144), at art. 8 AVG; the Jeugdwet draws the same line (art. 7.3.5 lid 1). The youth
# is asked at every age. A municipality whose jurist judges otherwise changes this one number.
AGREES_ALONE_FROM = 16


def needs_representative(age: int) -> bool:
    """Tell whether at this age a parent or guardian has to agree beside the youth."""
    return age < AGREES_ALONE_FROM
