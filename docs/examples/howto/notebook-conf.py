extensions = ["myst_nb", "sphinxext.llmpipeline"]
