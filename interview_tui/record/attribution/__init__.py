"""Which talk answers which question of which round: all the evidence weighed together over the whole call."""
