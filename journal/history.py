"""What happened to one object, on its page in the staff desk."""

from journal import queries


class JournalHistory:
    """A ModelAdmin whose history is the journal's: every action, not only what was saved in the admin."""

    object_history_template = "journal/object_history.html"

    def history_view(self, request, object_id, extra_context=None):
        key = f"{self.opts.label_lower}:{object_id}"
        entries = queries.history_of(key) & queries.entries_for(request.user)
        context = {"entries": queries.with_actors(entries), **(extra_context or {})}
        return super().history_view(request, object_id, context)
