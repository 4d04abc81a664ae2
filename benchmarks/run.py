"""Start the benchmarks from the root of the checkout, whatever folder this was called from."""

import os
import sys
from pathlib import Path

if __name__ == "__main__":
    os.chdir(Path(__file__).resolve().parent.parent)
    os.execv(sys.executable, [sys.executable, "-m", "benchmarks", *sys.argv[1:]])
