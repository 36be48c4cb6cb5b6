"""Duty: what the buyer pays at the destination under each treatment, best first."""
