"""Screens with keys, for terminals; each needs the extra it is named in."""
