"""Example lists to import, and the script that makes them."""
