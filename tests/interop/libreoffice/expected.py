#!/usr/bin/env python3
"""Computes the expected values of the formula corpus with LibreOffice.

The corpus (server/formulas/tests/corpus) is a workbook, `cells.tsv`, and the formulas to evaluate
over it, `formulas.tsv`. This script writes both as one XLSX file without any computed value, lets a
headless LibreOffice compute it on loading and save it as flat ODF, and writes what stands in the
cells to `expected.tsv`. Nothing but Python and `libreoffice-calc` is needed:

    apt-get install -y --no-install-recommends libreoffice-calc
    tests/interop/libreoffice/expected.py
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
import zipfile
from xml.sax.saxutils import escape

ROOT = pathlib.Path(__file__).resolve().parents[3]
CORPUS = ROOT / "server/formulas/tests/corpus"
# Each formula has a row of its own; spilled values need room to the right and below.
STEP = 12

# Functions younger than the file format carry a prefix in files.
YOUNG = """IFS SWITCH CONCAT TEXTJOIN MAXIFS MINIFS XOR IFNA NUMBERVALUE UNICHAR UNICODE ENCODEURL
FORMULATEXT SHEETS ISFORMULA DAYS ISOWEEKNUM BASE DECIMAL ARABIC BITAND BITOR BITXOR BITLSHIFT RRI
PDURATION CEILING.MATH FLOOR.MATH RANK.AVG STDEV.S STDEV.P VAR.P COVARIANCE.P PERCENTILE.EXC
NORM.DIST NORM.S.INV NORM.INV BINOM.DIST POISSON.DIST EXPON.DIST CONFIDENCE.NORM T.DIST.2T
CHISQ.DIST.RT F.DIST.RT""".split()


def lines(name):
    for line in (CORPUS / name).read_text(encoding="utf-8").splitlines():
        yield line.split("\t")


def stored(formula):
    """The formula as files hold it: no sign of equality, prefixes on young functions."""
    parts = re.split(r'("(?:[^"]|"")*")', formula[1:])
    for at in range(0, len(parts), 2):
        parts[at] = re.sub(
            r"(?<![A-Za-z_.])([A-Z][A-Z0-9.]*)(?=\()",
            lambda m: "_xlfn." + m[1] if m[1] in YOUNG else m[1],
            parts[at],
        )
    return "".join(parts)


def column(index):
    name = ""
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def place(cell):
    letters, digits = re.fullmatch(r"([A-Z]+)(\d+)", cell).groups()
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return int(digits), number


def cell_xml(name, kind, value, area=None):
    if kind == "n":
        return f'<c r="{name}"><v>{value}</v></c>'
    if kind == "b":
        return f'<c r="{name}" t="b"><v>{int(value == "TRUE")}</v></c>'
    if kind == "s":
        text = escape(value)
        return f'<c r="{name}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    array = f' t="array" ref="{area}"' if area else ""
    return f'<c r="{name}"><f{array}>{escape(stored(value))}</f></c>'


def sheet_xml(cells):
    rows = {}
    for name, kind, value, area in cells:
        row, col = place(name)
        rows.setdefault(row, []).append((col, cell_xml(name, kind, value, area)))
    body = "".join(
        f'<row r="{row}">' + "".join(xml for _, xml in sorted(rows[row])) + "</row>"
        for row in sorted(rows)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns='
        '"http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        f"{body}</sheetData></worksheet>"
    )


def workbook(path, tabs):
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    numbers = range(1, len(tabs) + 1)
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("[Content_Types].xml", f'{head}<Types xmlns="{package}/content-types">'
            '<Default Extension="rels" ContentType='
            '"application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
            + "".join(f'<Override PartName="/xl/worksheets/sheet{n}.xml" '
                      f'ContentType="{kind}.worksheet+xml"/>' for n in numbers) + "</Types>")
        out.writestr("_rels/.rels", f'{head}<Relationships xmlns="{package}/relationships">'
            f'<Relationship Id="r1" Type="{office}/officeDocument" Target="xl/workbook.xml"/>'
            "</Relationships>")
        out.writestr("xl/_rels/workbook.xml.rels",
            f'{head}<Relationships xmlns="{package}/relationships">'
            + "".join(f'<Relationship Id="r{n}" Type="{office}/worksheet" '
                      f'Target="worksheets/sheet{n}.xml"/>' for n in numbers)
            + "</Relationships>")
        out.writestr("xl/workbook.xml", f'{head}<workbook xmlns='
            '"http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
            f'xmlns:r="{office}"><sheets>'
            + "".join(f'<sheet name="{escape(name)}" sheetId="{n}" r:id="r{n}"/>'
                      for n, name in zip(numbers, tabs)) + "</sheets></workbook>")
        for n, cells in zip(numbers, tabs.values()):
            out.writestr(f"xl/worksheets/sheet{n}.xml", sheet_xml(cells))


OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"


def value(cell):
    """A number, a text, a truth value, nothing, or an error as `{"error": "#N/A"}`."""
    shown = "\n".join("".join(p.itertext()) for p in cell.findall(TEXT + "p"))
    if cell.get(CALC + "value-type") == "error":
        return {"error": shown}
    kind = cell.get(OFFICE + "value-type")
    if kind == "boolean":
        return cell.get(OFFICE + "boolean-value") == "true"
    if kind in ("float", "percentage", "currency"):
        return float(cell.get(OFFICE + "value"))
    if kind in ("date", "time"):
        raise SystemExit(f"a cell was formatted as {kind}: {ET.tostring(cell)}")
    return shown if kind == "string" else None


def grid(path):
    """The values of the tab of formulas, by row and column."""
    found = {}
    tables = ET.parse(path).getroot().iter(TABLE + "table")
    table = next(t for t in tables if t.get(TABLE + "name") == "Calc")
    row = 0
    for element in table.iter(TABLE + "table-row"):
        again = int(element.get(TABLE + "number-rows-repeated", "1"))
        col = 0
        for cell in element:
            wide = int(cell.get(TABLE + "number-columns-repeated", "1"))
            if wide < 64:
                for offset in range(wide):
                    found[(row + 1, col + offset + 1)] = value(cell)
            col += wide
        row += again
    return found


def main():
    tabs = {"Calc": []}
    for tab, cell, kind, raw in lines("cells.tsv"):
        tabs.setdefault(tab, []).append((cell, kind, raw, None))
    formulas = [(area, formula) for _, area, formula in lines("formulas.tsv")]
    for at, (area, formula) in enumerate(formulas):
        row = at * STEP + 1
        high, wide = map(int, area.split("x"))
        # Every formula is an array formula of its size: so do the sheets of today compute.
        spread = f"A{row}:{column(wide)}{row + high - 1}"
        tabs["Calc"].append((f"A{row}", "f", formula, spread))
    with tempfile.TemporaryDirectory() as folder:
        book = pathlib.Path(folder) / "corpus.xlsx"
        workbook(book, tabs)
        subprocess.run(
            ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless",
             "--convert-to", "fods", "--outdir", folder, str(book)],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        values = grid(pathlib.Path(folder) / "corpus.fods")
    unknown = []
    with open(CORPUS / "expected.tsv", "w", encoding="utf-8") as out:
        for at, (area, formula) in enumerate(formulas):
            high, wide = map(int, area.split("x"))
            rows = [[values.get((at * STEP + 1 + r, 1 + c)) for c in range(wide)]
                    for r in range(high)]
            if rows[0][0] == {"error": "#NAME?"}:
                unknown.append(formula)
            out.write(f"{formula}\t{json.dumps(rows, ensure_ascii=False)}\n")
    print(f"{len(formulas)} formulas; LibreOffice does not know the names in {unknown}",
          file=sys.stderr)


main()
