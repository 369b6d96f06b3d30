"""Configure Sphinx: the site is built of the Markdown in this folder and of pages from the code.

Build: uv run --group docs sphinx-build -W --keep-going -b html docs build/site
"""

from __future__ import annotations

import sys
from pathlib import Path

from clerk_core import __version__

# For docs.extensions.
sys.path.insert(0, str(Path(__file__).parents[1]))

project = "clerk-core"
author = "The clerk-core authors"
version = release = __version__
copyright = author

extensions = [
    "myst_parser",
    "sphinx_copybutton",
    "docs.extensions.generated",
    "docs.extensions.links",
    "docs.extensions.names",
    "docs.extensions.operations",
    "docs.extensions.tables",
]
exclude_patterns = ["extensions"]

# The headings of names do: members would make the navigation long, and the build slow.
toc_object_entries = False

myst_enable_extensions = ["colon_fence", "deflist", "tasklist"]
python_maximum_signature_line_length = 88
myst_heading_anchors = 4
# Pages begin at the heading that fits their place in a file that GitHub shows as well.
suppress_warnings = ["myst.header"]

pygments_dark_style = "monokai"
html_theme = "furo"
html_baseurl = "https://clerk-core.github.io/clerk-core/"
html_title = f"clerk-core {version}"
html_copy_source = False
html_show_sphinx = False
# Nothing is loaded from another host: Furo has its fonts from the system, and its scripts here.
html_theme_options = {
    "source_repository": "https://github.com/clerk-core/clerk-core/",
    "source_branch": "main",
    "source_directory": "docs/",
}
copybutton_exclude = ".linenos, .gp, .go"
