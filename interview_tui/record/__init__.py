"""The structured incident record: schedule, notes and transcript brought together. Pure."""
