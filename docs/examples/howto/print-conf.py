if tags.has("print"):
    llmpipeline_style = "print"
    llmpipeline_width = {"latex": 390}
