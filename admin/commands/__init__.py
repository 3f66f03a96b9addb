"""The console on a terminal: one file a noun; cli.py puts them together."""
