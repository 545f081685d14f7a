"""`python -m engine.cli`, the same as `tact`."""

import sys

from engine.cli import main

sys.exit(main())
