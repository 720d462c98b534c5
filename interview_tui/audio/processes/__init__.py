"""Processes of this room: started, spoken to, and found again."""
