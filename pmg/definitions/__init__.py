"""What a report counts: versions of definitions, those of the product and a municipality's own."""
