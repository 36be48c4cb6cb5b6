"""Screening: who in a dossier looks like somebody on a sanctions or control list, why, and what was decided on it."""
