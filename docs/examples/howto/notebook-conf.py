extensions = ["myst_nb", "sphinxext.llmpipeline"]
exclude_patterns = ["_build"]
