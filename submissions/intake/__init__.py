"""Candidacies that came by e-mail: taken in, read, registered on behalf of their organisation, filed."""
