"""Many plans at once, and plans again: batches, reuse, refresh, one story for each account."""
