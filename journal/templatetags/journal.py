"""`{{ entry.verb|said }}`: what happened, in words."""

from django import template

from journal.words import said as in_words

register = template.Library()
register.filter("said", in_words)
