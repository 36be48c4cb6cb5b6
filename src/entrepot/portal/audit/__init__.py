"""The auditor's view: what was known, found and shown on a day, and what is held about whom."""
