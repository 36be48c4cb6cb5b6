"""The certificate of origin, drafted from what the dossier already holds."""
