"""UBL customs declarations (OASIS UBL 2.3 and 2.4), written; they are read with every other UBL document."""
