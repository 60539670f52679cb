"""Graphs of LangGraph, and runnables of LangChain."""

from __future__ import annotations

from typing import Any, TypedDict

import pytest
from langchain_core.documents import Document
from langchain_core.language_models import FakeListChatModel
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import RunnablePassthrough
from langgraph.graph import END, START, StateGraph
from langgraph.prebuilt import ToolNode

from sphinxext.llmpipeline import from_langgraph, unparse


class State(TypedDict):
    messages: list[str]


def step(state: State) -> State:
    return state


def search(query: str) -> str:
    """Search."""
    return query


def agent() -> Any:
    """An agent with tools, a subgraph that loops, and a person who looks at what it wrote."""
    inner = StateGraph(State)
    inner.add_node("draft", step)
    inner.add_node("critique", step)
    inner.add_edge(START, "draft")
    inner.add_edge("draft", "critique")
    inner.add_conditional_edges("critique", lambda _: "good", {"again": "draft", "good": END})
    graph = StateGraph(State)
    graph.add_node("call_model", step)
    graph.add_node("tools", ToolNode([search]))
    graph.add_node("writer", inner.compile())
    graph.add_node("human_review", step)
    graph.add_edge(START, "call_model")
    graph.add_conditional_edges("call_model", lambda _: "call", {"call": "tools", "done": "writer"})
    graph.add_edge("tools", "call_model")
    graph.add_edge("writer", "human_review")
    graph.add_edge("human_review", END)
    return graph


AGENT = """\
io __start__: Start
process call_model: Call model
tool tools: Tools
   :note: search
group writer: Writer
   writer.draft: Draft
   writer.critique: Critique
human_review: Human review
   :note: interrupt before
io __end__: End

__start__ -> call_model
call_model ..> tools: call
call_model ..> writer.draft: done
tools --> call_model
human_review -> __end__
writer.critique ..> human_review: good
writer.critique --> writer.draft: again
writer.draft -> writer.critique
"""


def test_subgraphs_conditions_loops_tools_and_interrupts() -> None:
    assert unparse(from_langgraph(agent().compile(interrupt_before=["human_review"]))) == AGENT


def test_a_graph_that_is_not_compiled() -> None:
    assert unparse(from_langgraph(agent())) == AGENT.replace("   :note: interrupt before\n", "")


class Library(BaseRetriever):
    def _get_relevant_documents(self, query: str, **_: Any) -> list[Document]:
        return []


def test_a_chain_of_langchain() -> None:
    given = {"context": Library(), "question": RunnablePassthrough()}
    chain = given | ChatPromptTemplate.from_template("{context} {question}")
    chain = chain | FakeListChatModel(responses=[""]) | StrOutputParser()
    first = unparse(from_langgraph(chain))
    assert first == unparse(from_langgraph(chain))  # although langchain has new ids each time
    nodes, _, edges = first.partition("\n\n")
    assert (
        nodes
        == """\
io input: Input
data Parallel_context_question_Output: context, question
store Library
Passthrough
process ChatPromptTemplate
model FakeListChatModel
process StrOutputParser
io output: Output"""
    )
    assert sorted(edges.splitlines()) == [
        "ChatPromptTemplate -> FakeListChatModel",
        "FakeListChatModel -> StrOutputParser",
        "Library -> Parallel_context_question_Output",
        "Parallel_context_question_Output -> ChatPromptTemplate",
        "Passthrough -> Parallel_context_question_Output",
        "StrOutputParser -> output",
        "input -> Library",
        "input -> Passthrough",
    ]


def test_other_objects() -> None:
    expected = r"^from_langgraph: expected a graph of langgraph, or another object with get_graph\(\), got int$"
    with pytest.raises(TypeError, match=expected):
        from_langgraph(3)


class Silent:
    def get_graph(self) -> None:
        pass


def test_an_object_whose_graph_is_none() -> None:
    with pytest.raises(TypeError, match=r"^from_langgraph: get_graph\(\) of .*Silent returned NoneType, not a graph$"):
        from_langgraph(Silent())
