"""Myositis Desktop: offline treatment pathways for inflammatory myositis."""

__version__ = "0.1.0"
