"""Caseload lists from a spreadsheet, judged row by row."""
