"""Chunks heard, checked and heard again; what is finished is kept."""
