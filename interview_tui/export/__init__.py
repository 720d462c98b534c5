"""Records as files for people and for coding programs."""
