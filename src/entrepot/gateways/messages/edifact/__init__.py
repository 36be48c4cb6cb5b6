"""UN/EDIFACT: its syntax, customs declarations (CUSDEC) and answers (CUSRES), invoices (INVOIC)."""
