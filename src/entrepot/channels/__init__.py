"""Who speaks, for whom, and how that is proven."""
