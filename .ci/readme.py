"""Print a command of README.md: the code block behind the comment `<!-- NAME -->`."""

import re
import sys
from pathlib import Path

name = sys.argv[1]
text = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
block = re.search(rf"<!-- {name} -->\n```sh\n([^\n]+)\n```", text)
if block is None:
    sys.exit(f"README.md has no one-line command marked <!-- {name} -->")
print(block[1])
