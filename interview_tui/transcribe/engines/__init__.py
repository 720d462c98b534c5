"""What hears: one Protocol, a module an engine."""
