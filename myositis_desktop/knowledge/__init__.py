"""The clinical knowledge: packs of data, loaded and checked. What a reviewer asks for: `check`, `show`."""

from myositis_desktop.knowledge.loader import load_pack, read_pack, rule_files, versions

__all__ = ["load_pack", "read_pack", "rule_files", "versions"]
