"""The clinical knowledge: packs of data, loaded and checked."""
