llmpipeline_style = {
    "base": "house_style:PIPELINES",
    "name": "handbook",
    "direction": "TB",
}
