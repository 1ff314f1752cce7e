"""The demo's command line; the plugins come from the folders beside it, as they are."""

import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ADAPTERS = HERE.parents[2]

if __name__ == "__main__":
    sys.path[:0] = [str(HERE), str(HERE.parent), str(ADAPTERS / "django" / "plugin")]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_settings")

    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
