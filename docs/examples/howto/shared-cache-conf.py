import os

llmpipeline_cache = os.environ.get("DRAWINGS", "../../../.drawings")
