"""Structured critical-incident interviews held by telephone, from the call to the coded record."""

__version__ = "0.1.0"
