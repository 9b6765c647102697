"""Frozen records that every layer shares. No files, no Qt, no clock."""
