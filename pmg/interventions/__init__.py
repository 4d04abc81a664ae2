"""Finding interventions, and setting them to work for a youth."""
