"""The declaration room: from the facts of a trade to a checked customs declaration."""
