"""Values that go deeper than any reader should follow."""


def nested(key, inner, wrap=lambda said: said, times=20_000):
    """An object in an object, so many times."""
    for _ in range(times):
        inner = {key: wrap(inner)}
    return inner


def deep(times):
    """A list in a list, so many times."""
    said = []
    for _ in range(times):
        said = [said]
    return said
