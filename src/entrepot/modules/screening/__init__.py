"""Screening: say in one line what the room answers."""
