"""The look of all our pipelines."""

PIPELINES = {
    "base": "modern",
    "name": "house",
    "font_size": 14,
    "line_width": 1.5,
    "nodes": {
        "model": {
            "fill": "#dbe7ff",
            "stroke": "#1d4fa3",
            "dark": {"fill": "#1c3358", "stroke": "#8fb4f2"},
        },
        "train": {
            "fill": "#ffe9c7",
            "stroke": "#8a5a00",
            "dark": {"fill": "#4a3410", "stroke": "#e0ab55"},
        },
    },
}
