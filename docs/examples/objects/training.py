"""A training run as a graph of NetworkX."""

import networkx as nx

graph = nx.DiGraph()
graph.add_node("texts", label="Web texts", group="Preparation")
graph.add_node(
    "filter",
    label="Quality filter",
    group="Preparation",
    note="by a classifier",
)
graph.add_node("base", label="Base model", category="Trained by us")
graph.add_node("chat", label="Chat model", category="Trained by us")
graph.add_node("answers", label="Answers of people", kind="data")
graph.add_edge("texts", "filter")
graph.add_edge("filter", "base", label="pre-training", kind="derive")
graph.add_edge("base", "chat", label="fine-tuning", kind="derive")
graph.add_edge("answers", "chat")
graph.add_edge("chat", "answers", label="asks")
