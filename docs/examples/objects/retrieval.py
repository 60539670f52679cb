"""Answers from documents, with Haystack."""

from haystack import Pipeline
from haystack.components.builders import AnswerBuilder, PromptBuilder
from haystack.components.generators.chat import OpenAIChatGenerator
from haystack.components.retrievers.in_memory import InMemoryBM25Retriever
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack.utils import Secret

pipeline = Pipeline()
pipeline.add_component("retriever", InMemoryBM25Retriever(InMemoryDocumentStore()))
pipeline.add_component("prompt_builder", PromptBuilder("{{documents}} {{query}}"))
llm = OpenAIChatGenerator(api_key=Secret.from_token("secret"))
pipeline.add_component("llm", llm)
pipeline.add_component("answer_builder", AnswerBuilder())
pipeline.connect("retriever.documents", "prompt_builder.documents")
pipeline.connect("prompt_builder", "llm")
pipeline.connect("llm.replies", "answer_builder.replies")
