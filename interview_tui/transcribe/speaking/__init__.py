"""Who says which word, who of them is the interviewer, and turns."""
