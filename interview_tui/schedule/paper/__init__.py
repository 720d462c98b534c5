"""An interview schedule as researchers have it on paper, turned into a first draft in the schedule language."""
