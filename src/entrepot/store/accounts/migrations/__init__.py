"""The steps by which the tables of the accounts came to be as they are."""
