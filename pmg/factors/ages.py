"""How old the youth of a case was on a day, also for who may not know the day of birth."""

from datetime import date

from pmg.cases.models import Case
from pmg.cases.rules import age_on
from pmg.security import access
from pmg.security.policy import Action, Category


def age_of(case: Case, day: date) -> int:
    """Return the age in whole years; at most one year too low for who may not read identity.

    Such a reader gets the age at referral, which stands on the case, and the years since.
    """
    if not access.may(Action.DATA_READ, case, category=Category.IDENTITY):
        return case.age_at_referral + age_on(case.referred_on, day)
    return age_on(case.youth.birth_date, day)
