"""The last word on the diagrams of this manual."""

from matplotlib.text import Annotation


def finish(figure, boxes):
    """Point at one node of the diagram 'compute', and put a curve below another."""
    if boxes.name != "compute":
        return

    x, y = boxes.nodes["pretrain"].center[0], boxes.nodes["pretrain"].y1
    note = Annotation(
        "98% of the compute",
        xy=(x, y),
        xycoords="figure points",
        xytext=(0, 24),
        textcoords="offset points",
        ha="center",
        color="C1",
        arrowprops={
            "arrowstyle": "-|>",
            "shrinkA": 0,
            "facecolor": "C1",
            "edgecolor": "C1",
        },
    )
    figure.add_artist(note)

    width, height = figure.get_size_inches() * 72
    left, bottom = boxes.nodes["rl"].x0 + 15, boxes.nodes["rl"].y0 - 95
    axes = figure.add_axes((left / width, bottom / height, 90 / width, 60 / height))
    axes.plot([0, 1, 2, 3, 4], [0.2, 0.45, 0.6, 0.68, 0.7])
    axes.set(title="reward", xticks=[0, 4], yticks=[0, 1], xlabel="epoch")
