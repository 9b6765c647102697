"""`scan`: the text that a scanner read from a treatment plan into a case file."""

import argparse
import sys
from pathlib import Path

from myositis_desktop.cli.output import read_input, write_files
from myositis_desktop.clinic.scanning import read_code, told
from myositis_desktop.exchange import case_bytes
from myositis_desktop.knowledge import load_pack
from myositis_desktop.store.profile import Profile

LARGEST = 100_000


def scan_command(arguments: argparse.Namespace, profile: Path) -> int:
    """The call `scan`; 0 where a trusted clinic has sealed the code, 3 where none has; the case is written in both."""
    letters = read_input(arguments.code, LARGEST).decode(errors="replace")
    places = [arguments.trust] if arguments.trust else [Profile(profile).root, Profile(profile).trust]
    roots = [read_input(str(path), 1_000_000) for path in places if arguments.trust or path.is_file()]
    catalogue = load_pack().catalogue
    scanned, clinic = read_code(letters, catalogue, roots)
    write_files([(arguments.out, case_bytes(scanned.case))])
    print("\n".join(told(scanned, clinic, catalogue)), file=sys.stderr)
    return 0 if clinic else 3
