"""What is deposited with an archive: transcripts, a list of them, and what is needed to understand them."""
