"""Django on an encrypted SQLite file."""
