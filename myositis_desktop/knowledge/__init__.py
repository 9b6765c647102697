"""The clinical knowledge: packs of data, loaded and checked."""

from myositis_desktop.knowledge.check import check
from myositis_desktop.knowledge.loader import load_pack, read_pack, versions
from myositis_desktop.knowledge.show import show

__all__ = ["check", "load_pack", "read_pack", "show", "versions"]
