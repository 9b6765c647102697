"""The window: widgets only. It edits the case and shows the plan; it decides nothing clinical."""
