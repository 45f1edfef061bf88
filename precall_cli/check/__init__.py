"""Regression over fixture briefs and calls: what precall makes of each case against a blessed baseline."""
