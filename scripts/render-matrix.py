#!/usr/bin/env python3
"""Writes MATRIX.md, and the tables of docs/emulators.md, from the runs of scripts/matrix."""

import collections
import datetime
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).parent.parent
LEDGERS = ROOT / "crates/user-directory-check/ledgers"
SYSTEMS = ["user-directory-server", "moto", "ministack", "cognito-local", "cognitox"]
GRADES = ["recorded", "documented", "reported", "assumed", "own"]
BEGIN, END = "<!-- matrix:begin -->", "<!-- matrix:end -->"
MARKS = {"passed": "✓", "deviates": "✗", "unsupported": "–"}


def main():
    runs = {}
    for system in SYSTEMS:
        cases = json.load(open(pathlib.Path(sys.argv[1]) / f"{system}.json"))["cases"]
        runs[system] = {case["id"]: case for case in cases}
    versions = {
        system: json.load(open(LEDGERS / f"{system}.json"))["version"] for system in SYSTEMS[1:]
    }
    own = (ROOT / "Cargo.toml").read_text()
    versions[SYSTEMS[0]] = re.search(r'^version = "(.*)"', own, re.M).group(1)
    heads = [f"{system} {versions[system]}" for system in SYSTEMS]
    date = datetime.date.today().isoformat()
    ids = sorted(runs[SYSTEMS[0]])

    summary = [
        f"| evidence | {' | '.join(heads)} |",
        f"| --- |{' ---: |' * len(SYSTEMS)}",
    ]
    for grade in GRADES + ["all"]:
        cells = []
        for system in SYSTEMS:
            outcomes = collections.Counter(
                case["outcome"] for case in runs[system].values()
                if grade in (case["grade"], "all")
            )
            asked = outcomes["passed"] + outcomes["deviates"]
            cells.append(f"{outcomes['passed']} of {asked}")
        summary.append(f"| {grade} | {' | '.join(cells)} |")
    summary = "\n".join(summary) + "\n"

    lines = [
        "# Claims and systems",
        "",
        f"The contract on this project's server and on emulators of Amazon Cognito, {date}. "
        "Written by `scripts/matrix`; no hand writes here.",
        "",
        "`✓` passes, `✗` deviates, with the reason in the system's ledger under "
        "[`ledgers`](crates/user-directory-check/ledgers), `–` cannot be asked: it needs a clock, an "
        "inbox, faults, other statuses or client secrets, which no API or not that system's offers. "
        "Where the evidence is *assumed*, nobody knows which of two that differ is right. What "
        "Cognito itself does stands behind each claim in "
        "[`RULES.md`](crates/user-directory-contract/RULES.md); it was not run here.",
        "",
        summary,
        "| case | claim | evidence |" + "".join(f" {system} |" for system in SYSTEMS),
        "| --- | --- | --- |" + " :---: |" * len(SYSTEMS),
    ]
    for case in ids:
        first = runs[SYSTEMS[0]][case]
        claim = first["about"].replace("|", "\\|")
        marks = "".join(f" {MARKS[runs[system][case]['outcome']]} |" for system in SYSTEMS)
        lines.append(f"| `{case}` | {claim} | {first['grade']} |{marks}")
    (ROOT / "MATRIX.md").write_text("\n".join(lines) + "\n")

    tables = [f"Run on {date}.", "", summary, *areas(runs, heads), *deviations()]
    page = ROOT / "docs/emulators.md"
    before, rest = page.read_text().split(BEGIN)
    page.write_text(before + BEGIN + "\n" + "\n".join(tables) + END + rest.split(END)[1])

    print(summary)


def areas(runs, heads):
    """How many cases of each area, which is the part of an id before the slash, each system passes."""
    lines = [f"| area | {' | '.join(heads)} |", f"| --- |{' ---: |' * len(SYSTEMS)}"]
    for area in sorted({case.split("/")[0] for case in runs[SYSTEMS[0]]}):
        cells = []
        for system in SYSTEMS:
            outcomes = collections.Counter(
                case["outcome"] for id, case in runs[system].items() if id.split("/")[0] == area
            )
            asked = outcomes["passed"] + outcomes["deviates"]
            cells.append(f"{outcomes['passed']} of {asked}" if asked else "–")
        lines.append(f"| {area} | {' | '.join(cells)} |")
    return lines + [""]


def deviations():
    """What each system gets wrong, by its ledger. moto has a page of its own."""
    lines = []
    for system in SYSTEMS[2:]:
        ledger = json.load(open(LEDGERS / f"{system}.json"))
        lines += [f"### What {system} {ledger['version']} does otherwise", ""]
        lines += ["| area | cases | here | Cognito |", "| --- | ---: | --- | --- |"]
        groups = sorted(ledger["deviations"], key=lambda group: (group["area"], group["here"]))
        for group in groups:
            cells = (group["area"], str(len(group["cases"])), group["here"], group["cognito"])
            lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
        unknowable = len(ledger["unknowable"])
        lines += ["", f"In {unknowable} more cases it differs from what is assumed: nobody knows which "
                  "of the two is right.", ""]
    return lines


main()
