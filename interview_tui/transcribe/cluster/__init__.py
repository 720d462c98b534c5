"""Hearing on the workers of a Dask cluster: units travel to machines that the user named, and to no other."""
