llmpipeline_styles = {
    "serif": {"font": "DejaVu Serif"},
}
