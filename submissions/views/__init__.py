"""What partners see of their proposals, and the public page that checks a receipt."""
