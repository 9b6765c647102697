"""The clinical knowledge: packs of data, loaded and checked."""

from myositis_desktop.knowledge.loader import load_pack, read_pack, versions

__all__ = ["load_pack", "read_pack", "versions"]
