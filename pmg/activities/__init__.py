"""Activities in the district: what, where and when, and how many came; never who."""
