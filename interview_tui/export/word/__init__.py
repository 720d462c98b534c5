"""Interviews as Word documents: for coding by headings, and for the archive and print."""
