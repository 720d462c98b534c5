"""Review: what researchers change in a record afterwards, kept beside what the machine heard and found."""
