"""The properties are searched without a clock: a busy machine proves nothing wrong."""

from hypothesis import settings

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
