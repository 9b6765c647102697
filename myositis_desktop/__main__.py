"""python -m myositis_desktop, and the entry of the bundle."""

import multiprocessing
import sys

from myositis_desktop.cli import main

if __name__ == "__main__":
    multiprocessing.freeze_support()  # in a bundle the workers of `batch` start here too
    sys.exit(main())
