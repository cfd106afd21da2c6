#!/usr/bin/env python
"""The portal's commands: `python manage.py COMMAND`."""

import os
import sys


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pajotarl_portal.settings")
    from django.core.management import execute_from_command_line

    from pajotarl_portal.embedded import NoServer

    try:
        execute_from_command_line(sys.argv)
    except NoServer as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    main()
