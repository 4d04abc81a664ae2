"""The youths and their way from referral to closure."""
