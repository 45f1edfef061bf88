"""Rates over many audits: from tallies to shares, trends and tests. Nothing here reads or prints."""
