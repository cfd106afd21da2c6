"""From a checked call file to rows."""
