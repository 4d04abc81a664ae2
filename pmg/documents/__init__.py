"""Documents of a case: kept sealed, shown as images, shared one by one."""
