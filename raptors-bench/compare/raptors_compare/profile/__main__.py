"""`python -m raptors_compare.profile`."""

import sys

from .cli import main

sys.exit(main())
