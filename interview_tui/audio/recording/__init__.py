"""The recorder process: what is kept heard, and brought onto disk."""
