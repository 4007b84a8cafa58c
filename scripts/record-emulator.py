#!/usr/bin/env python3
"""Writes what an emulator does otherwise into its ledger, from a run of user-directory-check:

    user-directory-check --endpoint URL --without client-secrets=none --format json \\
        --output run.json --write-ledger run.ledger
    scripts/record-emulator.py NAME VERSION run.json run.ledger

The reason of a case is what the run saw in place of what was expected, without the ids that are
others in each run. Cases whose evidence is an assumption are kept apart: nobody knows which of the
two is right.
"""

import collections
import json
import pathlib
import re
import sys

LEDGERS = pathlib.Path(__file__).parent.parent / "crates/user-directory-check/ledgers"

AREAS = {
    "account": "accounts", "alias": "aliases", "article": "the article's story",
    "attributes": "attributes", "challenge": "challenges", "change-password": "passwords",
    "client-secrets": "secret hashes", "confirm": "sign-up", "create": "accounts",
    "custom": "attributes", "delete": "accounts", "delete-own": "self-service",
    "disable": "accounts", "existence": "existence errors", "flow": "sign-in",
    "forgot": "recovery", "group-claims": "groups", "groups": "groups", "list": "listing",
    "lockout": "sign-in", "own-attributes": "attributes", "password": "passwords",
    "password-history": "passwords", "policy": "passwords", "refresh": "refresh",
    "register": "accounts", "resend": "sign-up", "reset": "recovery", "revoke": "revocation",
    "rotation": "refresh", "search": "listing", "secret-hash": "secret hashes",
    "self-service": "self-service", "session": "challenges", "sign-in": "sign-in",
    "sign-out": "sign-out", "sign-up": "sign-up", "tokens": "tokens", "usernames": "user names",
    "verify": "attributes", "write": "attributes",
}

# What a group has in common, by what its cases saw; the first that fits.
KINDS = [
    (r"Unknown Cognito IDP action|Unsupported x-amz-target|: Unsupported: |NotImplemented|own client can",
     "does not have the operation", "has it"),
    (r"the call succeeded|got success|got tokens", "accepts what is to be refused", "refuses"),
    (r"expected the text", "refuses in other words", "its own text, which applications read"),
    (r"^expected (one of )?\[?[A-Z]", "refuses by another class", "the class that the model names"),
    (r"unexpected error", "refuses what is to be accepted", "accepts"),
    (r"", "answers otherwise", "as documented, reported or promised, case by case"),
]


def settled(reason):
    """The reason without what is another in each run."""
    reason = reason.replace("panicked: ", "")
    reason = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "<uuid>", reason)
    reason = re.sub(r"http://127\.0\.0\.1:\d+", "<endpoint>", reason)
    reason = re.sub(r"\b\d{10}\b", "<time>", reason)
    reason = re.sub(r"\b(local|us-east-1)_[A-Za-z0-9]+", r"\1_<pool>", reason)
    reason = re.sub(r"((?:client:? |for client )\\?)[a-zA-Z0-9]{20,}", r"\1<client>", reason)
    reason = re.sub(r"\b[a-z0-9]{24,}\b", "<id>", reason)
    return " ".join(reason.split())[:300]


def main():
    name, version, run, ledger = sys.argv[1:]
    grades = {case["id"]: case["grade"] for case in json.load(open(run))["cases"]}
    groups, unknowable = collections.defaultdict(dict), {}
    for case, row in json.load(open(ledger)).items():
        row = {"aspect": row["aspect"], "reason": settled(row["reason"])}
        if grades[case] == "assumed":
            unknowable[case] = row
            continue
        here, cognito = next((h, c) for p, h, c in KINDS if re.search(p, row["reason"]))
        area = AREAS.get(case.split("/")[0], case.split("/")[0])
        groups[area, here, cognito][case] = row
    without = {"client-secrets": f"{name} {version} does not have the operations on client secrets"}
    deviations = [
        {"area": area, "here": here, "cognito": cognito, "cases": dict(sorted(cases.items()))}
        for (area, here, cognito), cases in sorted(groups.items())
    ]
    file = {"version": version, "without": without, "deviations": deviations,
            "unknowable": dict(sorted(unknowable.items()))}
    text = json.dumps(file, indent=2, ensure_ascii=False) + "\n"
    (LEDGERS / f"{name}.json").write_text(text)


main()
