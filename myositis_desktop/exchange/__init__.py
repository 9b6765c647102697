"""Case files and the records of the model, both ways; every problem with its JSON pointer."""

from myositis_desktop.exchange.findings import quantity_finding
from myositis_desktop.exchange.reader import read_case, read_draft
from myositis_desktop.exchange.scan import Scanned, Seal, read_scan, write_scan
from myositis_desktop.exchange.writer import case_bytes, case_json, case_sha256

__all__ = [
    "Scanned",
    "Seal",
    "case_bytes",
    "case_json",
    "case_sha256",
    "quantity_finding",
    "read_case",
    "read_draft",
    "read_scan",
    "write_scan",
]
