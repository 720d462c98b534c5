"""One case's interview, from the first ring to the end: events, the state they add up to, the commands. Pure."""
