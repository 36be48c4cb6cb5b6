"""What a dossier says, on paper and in spreadsheets: unsigned prints, and workbooks that come back filled in."""
