"""Checks that each piece of code in the documents stands in the file that really runs.

A quote is a fenced block after a comment that names its file: <!-- quoted from tests/sdk/... -->
"""

import pathlib
import re
import textwrap

ROOT = pathlib.Path(__file__).parents[2]
DOCUMENTS = ["VERIFYING.md", "RECIPES.md"]
CODE = re.compile(r"^```(?:python|js|rust)\n", re.MULTILINE)
QUOTE = re.compile(r"^<!-- quoted from (\S+) -->\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)

for name in DOCUMENTS:
    text = (ROOT / "crates/user-directory-server" / name).read_text()
    quotes = QUOTE.findall(text)
    assert len(quotes) == len(CODE.findall(text)), f"{name} has code that is not quoted"
    for path, code in quotes:
        source = (ROOT / path).read_text()
        # What stands in a function is quoted without its indentation.
        indented = [textwrap.indent(code, " " * width) for width in (0, 4, 8)]
        assert any(code in source for code in indented), f"{name}: {path} does not have\n{code}"
        print(f"{name} quotes {path}", flush=True)
