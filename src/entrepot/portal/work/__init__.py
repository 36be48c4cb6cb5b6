"""What waits for whom and by when, over all dossiers of a voice: home, my work, lists, search, calendar, talk."""
