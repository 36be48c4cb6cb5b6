"""`python -m entrepot`."""

from entrepot.portal.cli import main

if __name__ == "__main__":
    main()
