"""From a checked proposal document to drafts and filed versions."""
