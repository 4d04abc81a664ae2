"""Vocabularies of the programme: facts with their source, read once and never changed."""
