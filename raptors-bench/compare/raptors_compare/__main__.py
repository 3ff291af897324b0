"""`python -m raptors_compare`."""

import sys

from .cli import main

sys.exit(main())
