"""`python -m entrepot_witness`."""

import sys

from entrepot_witness.cli import main

if __name__ == "__main__":
    sys.exit(main())
