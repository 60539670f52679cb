if tags.has("print"):  # noqa: F821 -- Sphinx gives conf.py this name
    llmpipeline_style = "print"
    llmpipeline_width = {"latex": 390}
