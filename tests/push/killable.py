"""A courier in a process of its own: what the kill test starts and kills."""

from __future__ import annotations

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "personalization.settings")
django.setup()

from personalization.flows import posting  # noqa: E402
from personalization.plant.clock import Clock  # noqa: E402

if __name__ == "__main__":
    posting.courier(Clock(int(os.environ.get("AHEAD", "0")))).run()
