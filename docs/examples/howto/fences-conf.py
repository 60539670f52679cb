extensions = ["myst_parser", "sphinxext.llmpipeline"]
llmpipeline_fences = ["mermaid"]
