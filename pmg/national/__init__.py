"""National figures: who delivered, releases of other installations, and sums of releases."""
