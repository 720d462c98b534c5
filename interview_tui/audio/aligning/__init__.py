"""Lining up the recording of another recorder with the call."""
