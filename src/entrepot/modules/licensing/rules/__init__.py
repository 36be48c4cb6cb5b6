"""The room's rules: what the law asks of goods (`asked`), what of it is at hand (`assess`)."""
