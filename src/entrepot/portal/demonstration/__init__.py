"""The demonstration: fictitious papers of real corridors, and the story told with them."""
