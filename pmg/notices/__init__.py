"""What colleagues are told: a list in the application, and a mail that says only that it is."""
