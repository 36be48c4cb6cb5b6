"""Ecommerce: say in one line what the room answers."""
