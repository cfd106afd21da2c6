"""What happens here that the outbox, a floor higher, tells people about.

Receivers run inside the transaction of the action: when the mail can't be queued, nothing happened.
"""

from django.dispatch import Signal

invitation_sent = Signal()  # invitation
role_granted = Signal()  # role, by
