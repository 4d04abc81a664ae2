"""The forms of cases: shapes and messages, checked by the rules that services check again."""

from pmg.cases.forms.decisions import CaseloadForm, CloseForm, FindForm
from pmg.cases.forms.referral import EditForm, LookUpForm, ReferralForm

__all__ = [
    "CaseloadForm",
    "CloseForm",
    "EditForm",
    "FindForm",
    "LookUpForm",
    "ReferralForm",
]
