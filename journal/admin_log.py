"""What staff change in the admin stands in the journal too, beside Django's own log."""

from journal.actions import record


class JournalledAdmin:
    """Put before ModelAdmin. `call_of(obj)` may tell to which call the object belongs."""

    def log_addition(self, request, obj, message):
        self._journal("added", request, obj, message)
        return super().log_addition(request, obj, message)

    def log_change(self, request, obj, message):
        if message:
            self._journal("changed", request, obj, message)
        return super().log_change(request, obj, message)

    def _journal(self, what: str, request, obj, message):
        call = self.call_of(obj) if hasattr(self, "call_of") else None
        changes = message if isinstance(message, list) else [str(message)]
        record(f"{obj._meta.model_name}.{what}", about=obj, by=request.user, call=call, changes=changes)
