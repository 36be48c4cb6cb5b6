"""One entrance: pages, API and command line, all calling the same verbs."""
