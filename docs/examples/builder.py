"""A training recipe, made by calls."""

from sphinxext.llmpipeline import Diagram

d = Diagram(direction="auto")
d.node("base", "Base model", kind="model", value=7e9)
d.node("chat", "Chat model", kind="model")
with d.group("rl", "Reinforcement learning"):
    d.node("policy", "Policy", kind="model")
    d.node("reward", "Reward model", kind="reward")
    d.edge("policy", "reward", "answers")
    d.edge("reward", "policy", "scores", kind="feedback")
d.edge("base", "policy", "SFT")
d.edge("policy", "chat")
