"""Cases before and around their interviews: who was sampled, how they were reached, how many there are of each kind."""
