"""Offices that only play: for rehearsal and demonstration, in sandbox stores alone."""
