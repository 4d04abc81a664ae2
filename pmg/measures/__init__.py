"""Measures with a course of their own: the job guarantee step by step, hours around school."""
