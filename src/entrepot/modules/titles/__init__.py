"""Titles: who has control of a bill of lading or a warehouse receipt, and by which steps."""
