"""The weekly triage: its fixed time, the referrals one by one, and what the referrer hears."""
