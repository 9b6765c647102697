"""The clinical knowledge: packs of data, loaded and checked."""

from myositis_desktop.knowledge.check import Fault, check
from myositis_desktop.knowledge.loader import load_pack, read_pack, rule_files, versions
from myositis_desktop.knowledge.show import show

__all__ = ["Fault", "check", "load_pack", "read_pack", "rule_files", "show", "versions"]
