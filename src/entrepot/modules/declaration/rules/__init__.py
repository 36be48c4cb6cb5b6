"""The rules of the declaration, by subject."""
