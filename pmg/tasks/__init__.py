"""Working room: who does what on a case, by when; and the calendar that shows it."""
