"""Policies tried out before a phone rings: dry-runs of triggers, replays of history, volume."""
