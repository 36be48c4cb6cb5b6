"""The rules of evidence: the log's tree, and what the statements of a dossier rest on."""
