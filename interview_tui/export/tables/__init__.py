"""Interviews as tables: what each of them has in its rows, and the files that they are written to."""
