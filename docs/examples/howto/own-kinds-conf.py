llmpipeline_style = {
    "nodes": {
        "guard": {
            "base": "process",
            "shape": "trapezium",
            "fill": "#ffe3e0",
            "dark": {"fill": "#4a2320", "stroke": "#e5908a"},
        },
    },
}
