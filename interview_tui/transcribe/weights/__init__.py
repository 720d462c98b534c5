"""Which weights are here, which can be had, and how they are kept."""
