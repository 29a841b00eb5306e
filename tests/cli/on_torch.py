"""`lstm-sweep sweep` where the environment asks for another Keras backend."""

import os
import sys

from lstm_sweep.cli.main import main

if __name__ == "__main__":
    os.environ["KERAS_BACKEND"] = "torch"
    sys.exit(main(["sweep", *sys.argv[1:]]))
