"""Evidence: proof, for whoever holds it, that something was said and still stands in the log."""
