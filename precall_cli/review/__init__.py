"""Reviews: what people decide about readings of calls, what follows from it, and how far they agree."""
