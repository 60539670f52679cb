import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

extensions = ["sphinxext.llmpipeline"]
llmpipeline_sources = ["agent:app"]
