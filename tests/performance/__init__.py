"""What a page may cost, whatever it shows."""
