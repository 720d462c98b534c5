"""Pseudonyms: names in an interview, what stands for them in what leaves the study, and whether any survived."""
