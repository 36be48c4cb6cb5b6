"""The rules of screening: how names are read, found among many, and compared."""
