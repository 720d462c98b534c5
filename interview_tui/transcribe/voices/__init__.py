"""Two voices on one channel, told apart: who speaks which word, and how sure that is."""
