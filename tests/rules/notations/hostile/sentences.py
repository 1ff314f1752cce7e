"""Hostile sentences, and texts of whole matrices."""

from rules.notations.text import read, read_matrix

MATRIX = "matrix: "


def READ(said):  # noqa: N802 the same name as beside
    return read_matrix(said[len(MATRIX) :]) if said.startswith(MATRIX) else read(said)


MADE = {
    "brackets in brackets": lambda: "(" * 100_000 + "everyone",
    "not of not": lambda: "not " * 100_000 + "everyone",
    "or without end": lambda: " or ".join(f'traits.a{i} is "x"' for i in range(15_000)),
    "and or and or": lambda: "everyone and (" * 60 + "everyone" + ")" * 60,
    "a list without end": lambda: "traits.a is one of " + ", ".join(map(str, range(60_000))),
    "a text without end": lambda: 'traits.a is "' + "x" * 490_000 + '"',
    "a text that does not end": lambda: 'traits.a is "' + "x" * 490_000,
    "half escapes": lambda: 'traits.a is "' + "\\" * 490_001,
    "escapes": lambda: 'traits.a is "' + "\\u00e9" * 80_000 + '"',
    "quotes": lambda: '"' * 490_000,
    "spaces": lambda: "everyone" + " " * 490_000 + "x",
    "too long": lambda: "x" * 600_000,
    "a number of many digits": lambda: "traits.a is at least " + "9" * 490_000,
    "an exponent": lambda: "traits.a is at least 1e999999",
    "NaN": lambda: "traits.a is at least nan",
    "minus of minus": lambda: "traits.a is at least " + "-" * 400_000,
    "words": lambda: "a " * 240_000,
    "a path without end": lambda: "traits." + "a." * 240_000 + "b is known",
    "a long path": lambda: "traits." + "a" * 490_000 + " is known",
    "lists in lists": lambda: "traits.a is " + "[" * 400_000,
    "objects in objects": lambda: "traits.a is " + '{"a":' * 80_000,
    "filters in filters": lambda: "viewed a product where (" * 5_000 + "everyone",
    "events without end": lambda: " or ".join(
        f"viewed a product at least {i} times" for i in range(1, 100)
    ),
    "patterns without end": lambda: " or ".join(
        f'traits.a matches "{i}' + "(a|b)?" * 80 + '"' for i in range(100)
    ),
    "a pattern that backtracks": lambda: 'traits.a matches "(a+)+$"',
    "a pattern that looks back": lambda: r'traits.a matches "(a)\\1"',
    "a duration without end": lambda: "viewed a product within " + "9" * 400_000 + " hours",
    "words from right to left": lambda: "\u202e" * 400_000,
    "a sign without width": lambda: "every\u200bone",
    "wide letters": lambda: "\uff45\uff56\uff45\uff52\uff59\uff4f\uff4e\uff45" * 50_000,
    "a lone surrogate": lambda: 'traits.a is "\ud800"',
    "a nought": lambda: 'traits.a is "\0"',
    "a matrix too long": lambda: MATRIX + "x" * 9_000_000,
    "a word of 8 megabytes": lambda: MATRIX + "x" * 7_900_000,
    "a text of 8 megabytes": lambda: MATRIX + 'hit policy "' + "x" * 7_900_000 + '"',
    "escapes of 8 megabytes": lambda: MATRIX + 'hit policy "' + "\\n" * 3_900_000 + '"',
    "spaces of 8 megabytes": lambda: MATRIX + " " * 7_900_000,
    "lines of 8 megabytes": lambda: MATRIX + "\n" * 7_900_000,
    "rows without end": lambda: MATRIX + '\nrow "a" when everyone then variant "v"' * 20_000,
    "values without end": lambda: MATRIX + "fallback " + ", ".join(["1"] * 500_000),
    "brackets in a row": lambda: MATRIX + 'row "a" when ' + "(" * 5_000_000,
}
TAKEN = {"a pattern that backtracks": "RE2 does not"}
