llmpipeline_categories = {
    "search": "Search team",
    "serving": "Serving team",
}
