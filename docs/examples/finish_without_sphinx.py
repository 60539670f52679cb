"""Draw on the figure of a diagram."""

from matplotlib.text import Annotation

from sphinxext.llmpipeline import boxes_of, figure, parse

drawn = figure(parse("base -> chat: Fine-tuning"))
boxes = boxes_of(drawn)
middle = boxes.edges["base", "chat"].middle
note = Annotation("$", middle, xycoords="figure points", ha="center", va="top")
drawn.add_artist(note)
drawn.savefig("tuning.png", dpi=200)
