"""The catalogue of interventions as a municipality keeps it: versions, retiring, and as a file."""
