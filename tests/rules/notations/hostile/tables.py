"""Hostile tables: CSV of one text, of nothing but signs, of too many cells; and formulas."""

import json

from rules.notations import comma

READ = comma.read
HEAD = "id,context.country,traits.age,variant\n"
WIDE = "id,variant," + ",".join(f"traits.a{i}" for i in range(900)) + "\n"


def lines(count, country="DE", age=">= 18", head=HEAD):
    return head + "".join(f"r{i},{country},{age},v\n" for i in range(count))


def quoted(value):
    said = value if isinstance(value, str) else json.dumps(value)
    return '"' + said.replace('"', '""') + '"'


MADE = {
    "a text of 15 megabytes": lambda: HEAD + "a," + "x" * 15_000_000 + ",1,v",
    "a quoted text of 15 megabytes": lambda: HEAD + 'a,"' + "x" * 15_000_000 + '",1,v',
    "a text that does not end": lambda: HEAD + 'a,"' + "x" * 15_000_000,
    "a heading of 15 megabytes": lambda: "x" * 15_000_000,
    "bytes of 15 megabytes": lambda: HEAD.encode() + b"x" * 15_000_000,
    "bytes that are no text": lambda: (HEAD + "x" * 15_000_000).encode() + b"\xff",
    "more than 16 megabytes": lambda: "x" * 16_000_001,
    "signs beyond the first plane": lambda: HEAD + "\U0001f600" * 3_000_000,
    "quotes": lambda: HEAD + '"' * 15_000_000,
    "spaces": lambda: HEAD + " " * 15_000_000,
    "commas": lambda: "a" + "," * 15_000_000,
    "semicolons": lambda: "a" + ";" * 15_000_000,
    "ends of lines": lambda: HEAD + "\n" * 15_000_000,
    "ends of old lines": lambda: HEAD + "\r" * 15_000_000,
    "ends in a text": lambda: HEAD + ('a,"' + "\n" * 1_000 + '",1,v\n') * 300,
    "noughts": lambda: HEAD + "\0" * 15_000_000,
    "marks of order": lambda: "\ufeff" * 4_000_000,
    "lines without end": lambda: lines(30_000),
    "empty lines without end": lambda: HEAD + ",\n" * 150_000,
    "cells without end": lambda: WIDE + "".join(f"r{i},v{',1' * 900}\n" for i in range(400)),
    "empty cells without end": lambda: WIDE + "".join(f"r{i},v{',' * 900}\n" for i in range(2_000)),
    "cells beyond the headings": lambda: "id,variant\n" + ("x" + ",y" * 900 + "\n") * 190,
    "headings without an id": lambda: WIDE[3:] + "1" + ",1" * 900,
    "a heading twice": lambda: "id,id,variant\na,b,c",
    "an id twice": lambda: HEAD + "a,DE,,v\n" * 2_000,
    "a list of bars": lambda: lines(300, country="|" * 30_000),
    "JSON in JSON": lambda: "id,rest,variant\na," + "[" * 30_000 + ",v",
    "objects in objects": lambda: "id,rest,variant\na," + quoted('{"not":' * 4_000) + ",v",
    "JSON over a line of cells": lambda: "id,variant" + ",rest" * 900 + "\na,v" + ",[" * 900,
    "NaN": lambda: "id,rest,variant\na," + quoted('{"attribute":"traits.x","value":NaN}') + ",v",
    "columns of the matrix without end": lambda: (
        "matrix," + quoted({"columns": [{"attribute": f"traits.a{i}"} for i in range(3_000)]})
        + "\nid,variant\n"
    ),
    "a number of 30 000 digits": lambda: lines(1, age=">= " + "9" * 30_000),
    "an exponent": lambda: lines(1, age=">= 1e999999999"),
    "a number in another base": lambda: lines(1, age=">= 0xff"),
    "a number of other digits": lambda: lines(1, age=">= \u0661\u0662"),
    "a zone that is a path": lambda: "id,variant,from,zone\na,v,2026-01-01T00:00,../../etc/passwd",
    "a formula": lambda: lines(1, country="=cmd|' /C calc'!A0"),
    "a pattern that backtracks": lambda: lines(1, country="matches (a+)+$"),
    "a sign for the cells": lambda: "sep=,\nid,variant\na,b",
}  # fmt: skip
TAKEN = {
    "a formula": "a text like any other",
    "a pattern that backtracks": "RE2 does not",
    "a sign for the cells": "as Excel has it",
}
