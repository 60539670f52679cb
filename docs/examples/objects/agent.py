"""An agent of LangGraph, with tools and a writer that criticizes itself."""

from typing import TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.prebuilt import ToolNode


class State(TypedDict):
    messages: list[str]


def step(state: State) -> State:
    return state


def search(query: str) -> str:
    """Search the web."""
    return query


writer = StateGraph(State)
writer.add_node("draft", step)
writer.add_node("critique", step)
writer.add_edge(START, "draft")
writer.add_edge("draft", "critique")
after_critique = {"again": "draft", "good": END}
writer.add_conditional_edges("critique", lambda _: "good", after_critique)

graph = StateGraph(State)
graph.add_node("agent", step)
graph.add_node("tools", ToolNode([search]))
graph.add_node("writer", writer.compile())
graph.add_node("review", step)
graph.add_edge(START, "agent")
after_agent = {"call": "tools", "done": "writer"}
graph.add_conditional_edges("agent", lambda _: "call", after_agent)
graph.add_edge("tools", "agent")
graph.add_edge("writer", "review")
graph.add_edge("review", END)

app = graph.compile(interrupt_before=["review"])
