"""Statistical disclosure control: counts in, protected counts and a certificate out.

A package of its own: it knows no web, no database and no clock. Import the module that you need;
nothing heavy is loaded here, so that `verify` runs on the standard library alone.
"""
