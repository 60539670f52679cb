from sphinx.locale import _

llmpipeline_categories = {
    "search": _("Search team"),
    "serving": _("Serving team"),
}
