"""Draw on the figure of a diagram."""

from matplotlib.text import Annotation

from sphinxext.llmpipeline import boxes_of, figure, parse

drawn = figure(parse("base -> chat: Fine-tuning"))
boxes = boxes_of(drawn)
middle = boxes.edges["base", "chat"].middle
drawn.add_artist(Annotation("$", middle, xycoords="figure points", ha="center", va="top"))
drawn.savefig("tuning.png", dpi=200)
