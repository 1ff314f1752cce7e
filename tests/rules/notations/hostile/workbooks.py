"""Hostile workbooks: bombs, many parts, far cells, formulas, declarations in every corner."""

import io
import random
import zipfile
from xml.sax.saxutils import escape

from rules.notations import xlsx

READ = xlsx.read
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACK = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
TYPES = (
    f'<Types xmlns="{PACK}/content-types"><Default Extension="rels" ContentType="application/'
    'vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{KIND}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{KIND}.worksheet+xml"/></Types>'
)
BOOK = f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets>{{}}</sheets>{{}}</workbook>'
SHEET = '<sheet name="matrix" sheetId="1" r:id="rId1"/>'


def links(kind, target):
    return (
        f'<Relationships xmlns="{PACK}/relationships"><Relationship Id="rId1" '
        f'Type="{LINKS}/{kind}" Target="{target}"/></Relationships>'
    )


def book(rows, more=(), named=SHEET, beside="", head=""):
    """A workbook of one sheet, and other parts beside it."""
    out = io.BytesIO()
    parts = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": links("officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": BOOK.format(named, beside),
        "xl/_rels/workbook.xml.rels": links("worksheet", "worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": (
            f'{head}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
        ),
    }
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in (parts | dict(more)).items():
            packed.writestr(name, content)
    return out.getvalue()


def row(number, *cells):
    return f'<row r="{number}">' + "".join(map(cell, cells)) + "</row>"


def cell(text, at=""):
    return f'<c {at}t="inlineStr"><is><t>{escape(text)}</t></is></c>'


def one(inner):
    return lambda: book(f'<row r="1"><c r="A1" {inner}</c></row>')


def digits(count):
    return "".join(random.Random(1).choices("abcdefghij0123456789", k=count))


HEAD = row(1, "id", "variant")
PLAIN = HEAD + row(2, "a", "v")

MADE = {
    "nothing": lambda: b"",
    "no archive": lambda: b"PK" * 3_000_000,
    "half an archive": lambda: book(PLAIN)[:-40],
    "another format": lambda: b"\xd0\xcf\x11\xe0" + b"\0" * 100_000,
    "a bomb": lambda: book(PLAIN + " " * 30_000_000),
    "a bomb beside": lambda: book(PLAIN, {"x.xml": "<a>" + " " * 30_000_000 + "</a>"}),
    "small bombs": lambda: book(PLAIN, {f"x{i}.xml": " " * 400_000 for i in range(150)}),
    "parts without end": lambda: book(PLAIN, {f"x{i}": "" for i in range(5_000)}),
    "a book of 8 megabytes": lambda: book(PLAIN) + bytes(8_000_000),
    "an explosion of entities": lambda: book(
        row(1, "x"), head='<!DOCTYPE a [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>'
    ),
    "a declaration in a corner": lambda: book(PLAIN, {"docProps/core.xml": "<!DOCTYPE a><a/>"}),
    "a declaration called a picture": lambda: book(PLAIN, {"a.png": "<!DOCTYPE a><a/>"}),
    "a declaration of 16 bits": lambda: book(PLAIN, {"a.xml": "<!DOCTYPE a><a/>".encode("utf-16")}),
    "a macro": lambda: book(PLAIN, {"xl/vbaProject.bin": "x"}),
    "the last row there is": lambda: book(HEAD + '<row r="1048576">' + cell("x") + "</row>"),
    "the last column there is": lambda: book(
        HEAD + '<row r="2">' + cell("x", 'r="XFD2" ') + "</row>"
    ),
    "far cells": lambda: book(
        HEAD
        + "".join(f'<row r="{i}">{cell("x", f"""r="ALL{i}" """)}</row>' for i in range(2, 5_000))
    ),
    "rows without end": lambda: book(HEAD + "".join(row(i, "a", "b") for i in range(2, 20_000))),
    "cells without end": lambda: book("".join(row(i, *"abcdefgh" * 50) for i in range(1, 600))),
    "sheets without end": lambda: book(PLAIN, named=SHEET * 10_000),
    "names without end": lambda: book(
        PLAIN, beside="".join(f'<definedName name="n{i}">A1</definedName>' for i in range(20_000))
    ),
    "texts without end": lambda: book(
        PLAIN, {"xl/sharedStrings.xml": f"<sst>{'<si><t>a</t></si>' * 300_000}</sst>"}
    ),
    "styles without end": lambda: book(
        PLAIN, {"xl/styles.xml": "<a>" + "".join(f'<xf i="{i}"/>' for i in range(60_000)) + "</a>"}
    ),
    "attributes without end": lambda: book(
        "<row " + " ".join(f'a{i}="{i}"' for i in range(50_000)) + "/>"
    ),
    "a comment without end": lambda: book(PLAIN + "<!--" + digits(200_000) + "-->"),
    "elements in elements": lambda: book(digits(100).join(["<a>"] * 10_000)),
    "a formula": one("><f>1+1</f><v>2</v>"),
    "a formula of many cells": one('><f t="shared" si="0" ref="A1:ZZ9999">B1</f>'),
    "an error": one('t="e"><v>#REF!</v>'),
    "a number that is none": one('t="n"><v>NaN</v>'),
    "a number of many digits": one(f't="n"><v>{"9" * 300_000}</v>'),
    "a text that is not there": one('t="s"><v>99999999</v>'),
    "a date that is none": one('t="d"><v>9999999-99-99</v>'),
    "a lone surrogate": lambda: book(HEAD + row(2, "_xD800_", "v")),
    "a way out of the archive": lambda: book(PLAIN, {"../../etc/x.xml": "<a/>"}),
    "a picture": lambda: book(PLAIN, {"a.png": "a" * 100 + "\0" * 400_000}),
    "merged cells": lambda: book(PLAIN + '<mergeCell ref="A1:XFD1048576"/>' * 2_000),
}
TAKEN = {
    "a way out of the archive": "nothing is ever written to a disk",
    "a picture": "it is not unpacked",
    "merged cells": "they are passed over",
}
