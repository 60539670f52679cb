llmpipeline_style = "house_style:PIPELINES"
