"""The last hour before a deadline, for all regions of Flanders at once, on this machine."""
