"""Hearing it again."""
