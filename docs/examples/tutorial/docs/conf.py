project = "Example-7B"
author = copyright = "The Example-7B team"
extensions = ["sphinxext.llmpipeline"]
html_theme = "furo"

numfig = True
numfig_secnum_depth = 0

llmpipeline_categories = {
    "search": "Search team",
    "serving": "Serving team",
}

latex_theme = "howto"

gettext_compact = "handbook"
