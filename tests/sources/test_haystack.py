"""Pipelines of Haystack."""

from __future__ import annotations

import pytest
from haystack import Pipeline, SuperComponent
from haystack.components.builders import AnswerBuilder, PromptBuilder
from haystack.components.generators.chat import OpenAIChatGenerator
from haystack.components.joiners import BranchJoiner
from haystack.components.retrievers.in_memory import InMemoryBM25Retriever
from haystack.components.routers import ConditionalRouter
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack.utils import Secret

from sphinxext.llmpipeline import from_haystack, unparse


def rag() -> Pipeline:
    pipeline = Pipeline()
    pipeline.add_component("retriever", InMemoryBM25Retriever(InMemoryDocumentStore()))
    pipeline.add_component("prompt_builder", PromptBuilder("{{documents}} {{query}}"))
    pipeline.add_component("llm", OpenAIChatGenerator(api_key=Secret.from_token("none")))
    pipeline.add_component("answer_builder", AnswerBuilder())
    pipeline.connect("retriever.documents", "prompt_builder.documents")
    pipeline.connect("prompt_builder", "llm")
    pipeline.connect("llm.replies", "answer_builder.replies")
    return pipeline


def test_inputs_components_and_connections() -> None:
    assert (
        unparse(from_haystack(rag()))
        == """\
io query: Query
store retriever: Retriever
   :note: InMemoryBM25Retriever
process prompt_builder: Prompt builder
model llm: LLM
   :note: OpenAIChatGenerator
process answer_builder: Answer builder

query -> retriever
query -> prompt_builder
query -> answer_builder
retriever -> prompt_builder: documents
prompt_builder -> llm: prompt
llm -> answer_builder: replies
"""
    )


def test_routers_send_weakly_and_loops_are_feedback() -> None:
    routes = [
        {"condition": "{{query|length > 9}}", "output": "{{query}}", "output_name": "too_long", "output_type": str},
        {"condition": "{{True}}", "output": "{{query}}", "output_name": "fine", "output_type": str},
    ]
    pipeline = Pipeline()
    pipeline.add_component("join", BranchJoiner(str))
    pipeline.add_component("router", ConditionalRouter(routes))
    pipeline.add_component("shorten", PromptBuilder("{{text}}"))
    pipeline.add_component("writer", PromptBuilder("{{text}}"))
    pipeline.connect("join", "router.query")
    pipeline.connect("router.too_long", "shorten.text")
    pipeline.connect("router.fine", "writer.text")
    pipeline.connect("shorten", "join")
    text = unparse(from_haystack(pipeline))
    assert "decision router: Router\n   :note: ConditionalRouter\n" in text
    assert text.partition("\n\n")[2].splitlines() == [
        "join -> router: value",
        "router ..> shorten: too long",
        "router ..> writer: fine",
        "shorten --> join: prompt",
    ]


def test_super_components_are_groups() -> None:
    outer = Pipeline()
    outer.add_component("rag", SuperComponent(rag(), output_mapping={"answer_builder.answers": "answers"}))
    outer.add_component("check", PromptBuilder("{{answers}}"))
    outer.connect("rag.answers", "check.answers")
    text = unparse(from_haystack(outer))
    assert "group rag: RAG\n   store rag.retriever: Retriever\n      :note: InMemoryBM25Retriever\n" in text
    assert "\nrag.llm -> rag.answer_builder: replies\n" in text
    assert text.endswith("\nrag -> check: answers\n")


def test_other_objects() -> None:
    with pytest.raises(TypeError, match=r"^from_haystack: expected a pipeline of haystack, got str$"):
        from_haystack("rag")
    with pytest.raises(ValueError, match=r"^nothing to draw: the pipeline has no components$"):
        from_haystack(Pipeline())
