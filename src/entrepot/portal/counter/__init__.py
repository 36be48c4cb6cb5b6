"""Counters: the window where there is no network, and what they and the portal hand each other when there is."""
