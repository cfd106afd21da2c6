"""Reads a stranger's mail and its documents. It knows no Django: it runs in a process of its own, with
little time, little memory and no secrets, so that no message can hold up or bring down the portal."""
