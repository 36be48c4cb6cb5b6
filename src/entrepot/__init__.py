"""Entrepôt: an open regional platform for international trade."""

__version__ = "0.1.0"
