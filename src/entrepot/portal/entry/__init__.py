"""Entry: one form for everything that can be said, and the guided way from papers to a trade."""
