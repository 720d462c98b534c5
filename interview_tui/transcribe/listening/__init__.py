"""Sound as passages, who speaks where in it, and how it is cut to chunks."""
