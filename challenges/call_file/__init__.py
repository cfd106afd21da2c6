"""The file of a call: read, checked as a whole, moved to another edition. Its format is in docs/data.md."""
