"""The smallest web process that takes events: what the kill test starts and kills."""

import os
import sys

import django
import uvicorn

django.setup()

from personalization.api.track import app  # noqa: E402 - Django comes first
from personalization.sites import keys  # noqa: E402 - likewise

if __name__ == "__main__":
    keys.ring.refresh()
    os.environ.pop("UVICORN_PORT", None)
    uvicorn.run(app, fd=int(sys.argv[1]), lifespan="off", log_level="error", loop="uvloop")
