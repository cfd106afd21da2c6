"""What the actions of this room raise when they refuse; each message is for the person who tried."""


class NothingToRead(Exception):
    """No candidacy may be read by who asked, so there is nothing to print."""
