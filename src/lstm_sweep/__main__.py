"""`python -m lstm_sweep COMMAND ...`, where `lstm-sweep` is not on the path."""

import sys

from lstm_sweep.cli.main import main

sys.exit(main())
