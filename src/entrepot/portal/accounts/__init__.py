"""People at the doors: how they sign in, whom they work for, and what an enterprise sees of its own accounts."""
