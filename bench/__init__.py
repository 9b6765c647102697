"""Ratios against bare libraries, measured in one run: `python3 dev.py bench`."""
