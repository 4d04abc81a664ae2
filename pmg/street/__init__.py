"""In the street without a network: what a device takes along, and what it sends when it is back."""
