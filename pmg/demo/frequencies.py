"""How often things are so in the demo, in a hundred: invented, and no statistic of anything."""

from pmg.cases.rules import CloseResult, DaytimeActivity, Outcome, ReferrerKind

GENDERS = {"m": 78, "v": 20, "x": 1, "onbekend": 1}
AGES = {
    8: 2, 9: 3, 10: 4, 11: 5, 12: 9, 13: 11, 14: 14, 15: 15, 16: 15, 17: 14, 18: 9, 19: 8,
    20: 6, 21: 5, 22: 4, 23: 3, 24: 2,
}  # fmt: skip
REFERRERS = {
    ReferrerKind.SCHOOL: 24, ReferrerKind.POLICE: 20, ReferrerKind.YOUTH_WORK: 20,
    ReferrerKind.COMMUNITY_TEAM: 13, ReferrerKind.PUBLIC_ORDER: 8, ReferrerKind.YOUTH_CARE: 5,
    ReferrerKind.JUSTICE: 4, ReferrerKind.PARENT: 4, ReferrerKind.HOUSING: 1, ReferrerKind.SELF: 1,
}  # fmt: skip
OUTCOMES = {Outcome.ACCEPT: 78, Outcome.PASS_ON: 12, Outcome.DECLINE: 10}
RESULTS = {
    CloseResult.REACHED: 38, CloseResult.PARTLY_REACHED: 30, CloseResult.NOT_REACHED: 9,
    CloseResult.YOUTH_STOPPED: 9, CloseResult.HANDED_OVER: 8, CloseResult.MOVED: 6,
}  # fmt: skip
ACTIVITIES = {
    DaytimeActivity.SCHOOL: 55, DaytimeActivity.WORK: 12, DaytimeActivity.SCHOOL_AND_WORK: 12,
    DaytimeActivity.DAY_ACTIVITY: 8, DaytimeActivity.NOTHING: 9, DaytimeActivity.UNKNOWN: 4,
}  # fmt: skip
_ACTIVITIES_OF_CHILDREN = {
    DaytimeActivity.SCHOOL: 92, DaytimeActivity.DAY_ACTIVITY: 5, DaytimeActivity.UNKNOWN: 3,
}  # fmt: skip
_OLDEST_CHILD = 15  # goes to school by law
OLDEST_AT_SCHOOL = 21
WITH_PARTNER = {
    "POLITIE": 28, "SCHOOL": 22, "LEERPLICHT": 12, "HALT": 6, "GI": 10, "JEUGDHULP": 16,
    "CORPORATIE": 3,
}  # fmt: skip
OLDEST_WITH = {"LEERPLICHT": 17, "HALT": 17, "GI": 17, "SCHOOL": OLDEST_AT_SCHOOL}
# Grounds that only a school or those around it bring forward.
FROM_SCHOOL = frozenset({"LEERPLICHT", "RMC"})
NOT_FROM_SCHOOL = frozenset(
    {ReferrerKind.POLICE, ReferrerKind.HOUSING, ReferrerKind.PUBLIC_ORDER, ReferrerKind.JUSTICE}
)


def activities(age: int) -> dict[DaytimeActivity, int]:
    """Return what youths of this age do by day when a case closes."""
    return _ACTIVITIES_OF_CHILDREN if age <= _OLDEST_CHILD else ACTIVITIES
