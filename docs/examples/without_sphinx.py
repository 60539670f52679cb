"""Draw a diagram to a file."""

from pathlib import Path

from sphinxext.llmpipeline import PipelineError, digraph, parse, read_style, render

text = """
model base: Base model
model chat: Chat model
base -> chat: Fine-tuning
"""

try:
    pipeline = parse(text)
except PipelineError as error:
    raise SystemExit(str(error)) from error

style, problems = read_style({"direction": "TB", "font_size": 12})
Path("tuning.pdf").write_bytes(render(pipeline, style, format="pdf"))

print([node.label.text for node in pipeline.nodes])  # ['Base model', 'Chat model']
print(digraph(pipeline, style).source)  # what Graphviz is given
