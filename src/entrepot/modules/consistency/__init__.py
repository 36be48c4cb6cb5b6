"""Consistency: whether the papers of one shipment, and the purchase documents behind it, say the same."""
