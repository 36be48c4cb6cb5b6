"""Who acts for whom: mandates that stand across dossiers, rules of sending, a second person's word."""
