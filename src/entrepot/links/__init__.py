"""Which packs touch a dossier: its industry, its carrier, its region."""
