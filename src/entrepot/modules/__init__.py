"""One room each: what it needs, what it gives and one pure function."""
