"""The configuration of Sphinx. `python docs/website build` runs it on the assembled sources."""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import ops

project = "ops"
author = "the authors of ops"
copyright = author
release = ops.__version__
version = release

extensions = [
    "myst_parser",
    "sphinx.ext.mathjax",
    "sphinx_copybutton",
    "sphinx_design",
    "sphinx_gallery.gen_gallery",
    "website.extension",
]
source_suffix = {".rst": "restructuredtext", ".md": "markdown"}
exclude_patterns = ["programs/**"]
root_doc = "index"
language = "en"
nitpicky = False
suppress_warnings = ["myst.xref_missing"] if os.environ.get("OPS_SITE_ONLY") else []

# In docstrings, `name` is code, with a link if it is a public name.
default_role = "py:obj"
add_function_parentheses = False
add_module_names = True
python_use_unqualified_type_names = True
maximum_signature_line_length = 88
highlight_language = "default"
pygments_style = "a11y-high-contrast-light"

myst_enable_extensions = ["colon_fence", "dollarmath", "fieldlist"]
myst_heading_anchors = 4

# Pages load only files of the site. They are copied from the packages that `npm/package.json` names.
mathjax_path = "mathjax/tex-chtml.js"

copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True

sphinx_gallery_conf = {
    "examples_dirs": "programs",
    "gallery_dirs": "gallery",
    "filename_pattern": r"/plot_",
    "plot_gallery": "True",
    "abort_on_example_error": True,
    "download_all_examples": False,
    "show_signature": False,
    "remove_config_comments": True,
    "min_reported_time": 0,
    "matplotlib_animations": False,
    "reset_modules": ("matplotlib", "website.extension.reset_ops"),
    "within_subsection_order": "FileNameSortKey",
}

html_theme = "pydata_sphinx_theme"
html_title = "ops"
html_static_path = ["static", os.environ.get("OPS_SITE_STATIC", "static")]
html_css_files = ["ops.css"]
html_js_files = ["accessible.js"]
html_search_scorer = str(Path(__file__).with_name("static") / "scorer.js")
html_copy_source = False
html_show_sourcelink = False
html_last_updated_fmt = None
html_theme_options = {
    "logo": {"text": "ops"},
    "navbar_align": "left",
    "header_links_before_dropdown": 7,
    "show_toc_level": 2,
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": [],
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
    "navigation_with_keys": False,
    "show_prev_next": False,
    "switcher": {"json_url": "/switcher.json", "version_match": release},
    "check_switcher": False,
    "navbar_end": ["version-switcher", "theme-switcher"],
}
# A page's neighbours in a list of 400 functions are no help; the index by family is.
html_sidebars = {"reference/*": [], "source/**": [], "index": [], "search": []}
