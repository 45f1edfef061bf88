"""The nouns of precall: what a brief, a plan, a transcript or an audit is, and its JSON form.

Nothing here opens a file, prints, or knows of a database.
"""
