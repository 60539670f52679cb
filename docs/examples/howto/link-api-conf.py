extensions = ["sphinx.ext.autodoc", "sphinxext.llmpipeline"]
