"""Forms of other languages, and how the messages say to say them here."""

from __future__ import annotations

import re

import pytest

from sphinxext.llmpipeline.language import parse
from sphinxext.llmpipeline.language.foreign_forms import FORMS, KEYWORDS
from sphinxext.llmpipeline.model.vocabulary import NODE_KINDS
from tests.language.parsing import check_error, diagnostics_of

ERRORS = {
    "mermaid-header": (
        "graph TD;\n    a -> b",
        """\
line 1: a direction is an option of the directive, or a field of a group: ':direction: TB'
    graph TD;
    ^~~~~~~~~""",
    ),
    "mermaid-flowchart": (
        "flowchart LR\n    a -> b\n    b -> c",
        """\
line 1: a direction is an option of the directive, or a field of a group: ':direction: LR'
    flowchart LR
    ^~~~~~~~~~~~""",
    ),
    "mermaid-header-and-statements": (
        "graph LR; a-->b;",
        """\
line 1: a direction is an option of the directive, or a field of a group: ':direction: LR'
    graph LR; a-->b;
    ^~~~~~~~~~~~~~~~""",
    ),
    "mermaid-direction": (
        "direction TB\na -> b",
        """\
line 1: a direction is an option of the directive, or a field of a group: ':direction: TB'
    direction TB
    ^~~~~~~~~~~~""",
    ),
    "mermaid-subgraph": (
        "subgraph x [Training]\n    a -> b\nend\nb -> c",
        """\
line 1: a group is 'group x: Training', its statements indented under it, without 'subgraph' and 'end'
    subgraph x [Training]
    ^~~~~~~~~~~~~~~~~~~~~""",
    ),
    "mermaid-subgraph-without-title": (
        "subgraph x\na -> b\nend",
        """\
line 1: a group is 'group x: Title', its statements indented under it, without 'subgraph' and 'end'
    subgraph x
    ^~~~~~~~~~""",
    ),
    "mermaid-subgraph-with-words": (
        "subgraph Training loop\n    a -> b\nend",
        """\
line 1: a group is 'group training_loop: Training loop', its statements indented under it, without 'subgraph' and \
'end'
    subgraph Training loop
    ^~~~~~~~~~~~~~~~~~~~~~""",
    ),
    "mermaid-subgraph-quoted": (
        'subgraph x["Training loop"]\n    a -> b\nend',
        """\
line 1: a group is 'group x: Training loop', its statements indented under it, without 'subgraph' and 'end'
    subgraph x["Training loop"]
    ^~~~~~~~~~~~~~~~~~~~~~~~~~~""",
    ),
    "mermaid-arrow-label": (
        "a -->|yes| b",
        """\
line 1: the label of an edge stands at its end, as in 'a -> b: yes'
    a -->|yes| b
         ^~~~~""",
    ),
    "mermaid-arrow-label-tight": (
        "a-->|yes|b[Last step]",
        """\
line 1: the label of an edge stands at its end, as in 'a -> b: yes'
    a-->|yes|b[Last step]
        ^~~~~""",
    ),
    "mermaid-dotted-label": (
        "a -.->|yes| b",
        """\
line 1: the label of an edge stands at its end, as in 'a ..> b: yes'
    a -.->|yes| b
          ^~~~~""",
    ),
    "mermaid-heavy-label": (
        "a ==>|yes| b",
        """\
line 1: the label of an edge stands at its end, as in 'a => b: yes'
    a ==>|yes| b
         ^~~~~""",
    ),
    "mermaid-open-label": (
        "a ---|yes| b",
        """\
line 1: the label of an edge stands at its end, as in 'a -- b: yes'
    a ---|yes| b
         ^~~~~""",
    ),
    "mermaid-label-of-words": (
        "a -- two words --> b",
        """\
line 1: the label of an edge stands at its end, as in 'a -> b: two words'
    a -- two words --> b
         ^~~~~~~~~""",
    ),
    "mermaid-label-quoted": (
        'a -- "two words" --> b',
        """\
line 1: the label of an edge stands at its end, as in 'a -> b: two words'
    a -- "two words" --> b
         ^~~~~~~~~~~""",
    ),
    "mermaid-heavy-label-inside": (
        "a == text ==> b",
        """\
line 1: the label of an edge stands at its end, as in 'a => b: text'
    a == text ==> b
         ^~~~""",
    ),
    "mermaid-dotted-label-inside": (
        "a -. text .-> b",
        """\
line 1: the label of an edge stands at its end, as in 'a ..> b: text'
    a -. text .-> b
         ^~~~""",
    ),
    "mermaid-open-label-inside": (
        "a --- text --- b",
        """\
line 1: the label of an edge stands at its end, as in 'a -- b: text'
    a --- text --- b
          ^~~~""",
    ),
    "mermaid-shapes-in-edge": (
        "a[First step] --> b{Done?}",
        """\
line 1: an edge has ids only: declare 'a' on a line of its own, as in 'a: First step'
    a[First step] --> b{Done?}
    ^~~~~~~~~~~~~""",
    ),
    "mermaid-shape-after-arrow": (
        "a --> b[(Store)]",
        """\
line 1: an edge has ids only: declare 'b' on a line of its own, as in 'store b: Store'
    a --> b[(Store)]
          ^~~~~~~~~~""",
    ),
    "mermaid-decision": (
        "a{Good enough?}",
        """\
line 1: a label stands after ': ', as in 'decision a: Good enough?'
    a{Good enough?}
    ^~~~~~~~~~~~~~~""",
    ),
    "mermaid-database": (
        "a[(Vector store)]",
        """\
line 1: a label stands after ': ', as in 'store a: Vector store'
    a[(Vector store)]
    ^~~~~~~~~~~~~~~~~""",
    ),
    "mermaid-shape-with-quotes": (
        'a["Two words"]',
        """\
line 1: a label stands after ': ', as in 'a: Two words'
    a["Two words"]
    ^~~~~~~~~~~~~~""",
    ),
    "mermaid-stadium": (
        "a([Start here])",
        """\
line 1: a label stands after ': ', as in 'a: Start here'
    a([Start here])
    ^~~~~~~~~~~~~~~""",
    ),
    "mermaid-new-shape": (
        'a@{ shape: cyl, label: "x" }',
        """\
line 1: a label stands after ': ', as in 'a: Label', and the kind before the id picks the shape
    a@{ shape: cyl, label: "x" }
    ^~~~~~~~~~~~~~~~~~~~~~~~~~~~""",
    ),
    "mermaid-and": (
        "a & b --> c",
        """\
line 1: ids are separated by ',', as in 'a, b'
    a & b --> c
    ^~~~~""",
    ),
    "mermaid-style": (
        "style a fill:#f9f,stroke:#333",
        """\
line 1: the kind of a node picks its shape and colour, as in 'store a: Label'; a category gives another colour, and \
the style of the project the rest
    style a fill:#f9f,stroke:#333
    ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~""",
    ),
    "mermaid-class-definition": (
        "classDef big fill:#f96",
        """\
line 1: the kind of a node picks its shape and colour, as in 'store a: Label'; a category gives another colour, and \
the style of the project the rest
    classDef big fill:#f96
    ^~~~~~~~~~~~~~~~~~~~~~""",
    ),
    "mermaid-class": (
        "class a,b big",
        """\
line 1: a CSS class is a field, indented under its statement: ':class: important'
    class a,b big
    ^~~~~~~~~~~~~""",
    ),
    "mermaid-class-of-node": (
        "a --> b:::big",
        """\
line 1: a CSS class is a field, indented under the statement of 'b': ':class: big'
    a --> b:::big
          ^~~~~~~""",
    ),
    "mermaid-click": (
        'click a "https://example.org"',
        """\
line 1: a link is a field, indented under its statement: ':link: https://example.org'
    click a "https://example.org"
    ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~""",
    ),
    "mermaid-link-style": (
        "linkStyle 0 stroke:red",
        """\
line 1: the kind of a node picks its shape and colour, as in 'store a: Label'; a category gives another colour, and \
the style of the project the rest
    linkStyle 0 stroke:red
    ^~~~~~~~~~~~~~~~~~~~~~""",
    ),
    "mermaid-init": (
        "%%{init: {'theme': 'dark'}}%%",
        """\
line 1: the look is a style: the option ':style:' of the directive, or 'llmpipeline_style' in conf.py
    %%{init: {'theme': 'dark'}}%%
    ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~""",
    ),
    "mermaid-comment": (
        "%% why",
        """\
line 1: a comment begins with '#', on a line of its own
    %% why
    ^~""",
    ),
    "mermaid-comment-behind": (
        "a -> b %% why",
        """\
line 1: a comment begins with '#', on a line of its own
    a -> b %% why
           ^~~~~~""",
    ),
    "mermaid-sequence-arrow": (
        "a->>b: hello",
        """\
line 1: unknown arrow '->>'; did you mean '->'?
    a->>b: hello
     ^~~""",
    ),
    "mermaid-reply-arrow": (
        "a-->>b: hello",
        """\
line 1: unknown arrow '-->>'; did you mean '-->'?
    a-->>b: hello
     ^~~~""",
    ),
    "mermaid-lost-message": (
        "a -x b: hello",
        """\
line 1: unknown arrow '-x'; did you mean '--'?
    a -x b: hello
      ^~""",
    ),
    "mermaid-asynchronous": (
        "a -) b: hello",
        """\
line 1: unknown arrow '-)'; did you mean '->'?
    a -) b: hello
      ^~""",
    ),
    "mermaid-circle-ends": (
        "a o--o b",
        """\
line 1: unknown arrow 'o--o'; did you mean '--'?
    a o--o b
      ^~~~""",
    ),
    "mermaid-cross-end": (
        "a --x b",
        """\
line 1: unknown arrow '--x'; did you mean '--'?
    a --x b
      ^~~""",
    ),
    "mermaid-participant": (
        "participant a as Alice",
        """\
line 1: the id stands first and the label after ': ', as in 'a: Alice'
    participant a as Alice
    ^~~~~~~~~~~~~~~~~~~~~~""",
    ),
    "mermaid-note": (
        "Note right of a: Thinks",
        """\
line 1: a note takes the side where it has room: 'note of a: Thinks'
    Note right of a: Thinks
    ^~~~~~~~~~~~~~~~~~~~~~~""",
    ),
    "mermaid-note-over": (
        "Note over a,b: Both think",
        """\
line 1: a note is of one node or group: 'note of a: Both think'
    Note over a,b: Both think
    ^~~~~~~~~~~~~~~~~~~~~~~~~""",
    ),
    "mermaid-note-for": (
        'note for a "can fly"',
        """\
line 1: a note takes the side where it has room: 'note of a: can fly'
    note for a "can fly"
    ^~~~~~~~~~~~~~~~~~~~""",
    ),
    "mermaid-loop": (
        "loop every batch\n    a -> b\nend",
        """\
line 1: what belongs together is a group, its statements indented under it: 'group every_batch: every batch'
    loop every batch
    ^~~~~~~~~~~~~~~~""",
    ),
    "mermaid-activate": (
        "activate a",
        """\
line 1: there are no life lines: a message is an edge, as in 'a -> b: message'
    activate a
    ^~~~~~~~~~""",
    ),
    "mermaid-state-start": (
        "[*] --> a",
        """\
line 1: a start or an end is a node, as in 'io start: Start'
    [*] --> a
    ^~~""",
    ),
    "mermaid-section": (
        "section Data",
        """\
line 1: unknown kind 'section'; did you mean 'group'?
    section Data
    ^~~~~~~""",
    ),
    "mermaid-entities": (
        "a ||--o{ b : has",
        """\
line 1: unknown arrow '||--o{'; did you mean '--'?
    a ||--o{ b : has
      ^~~~~~""",
    ),
    "dot-digraph": (
        "digraph G {\n    a -> b\n}",
        """\
line 1: write the statements only, without 'digraph' and braces
    digraph G {
    ^~~~~~~~~~~""",
    ),
    "dot-graph-on-one-line": (
        "graph { a -- b }",
        """\
line 1: write the statements only, without 'graph' and braces
    graph { a -- b }
    ^~~~~~~~~~~~~~~~""",
    ),
    "dot-node-defaults": (
        "node [shape=box];",
        """\
line 1: there are no attributes in brackets: kinds of nodes and arrows pick the shapes and lines, as in 'store a: \
Label', and ':category:' a colour
    node [shape=box];
    ^~~~~~~~~~~~~~~~~""",
    ),
    "dot-edge-defaults": (
        "edge [color=red]",
        """\
line 1: there are no attributes in brackets: kinds of nodes and arrows pick the shapes and lines, as in 'store a: \
Label', and ':category:' a colour
    edge [color=red]
    ^~~~~~~~~~~~~~~~""",
    ),
    "dot-rankdir": (
        "rankdir=LR;",
        """\
line 1: a direction is an option of the directive, or a field of a group: ':direction: LR'
    rankdir=LR;
    ^~~~~~~~~~~""",
    ),
    "dot-attributes-of-edge": (
        'a -> b [label="x", color=red];',
        """\
line 1: a label stands after ': ', as in 'a -> b: x'
    a -> b [label="x", color=red];
           ^~~~~~~~~~~~~~~~~~~~~~~""",
    ),
    "dot-attributes-of-node": (
        'a [label="Two words"]',
        """\
line 1: a label stands after ': ', as in 'a: Two words'
    a [label="Two words"]
      ^~~~~~~~~~~~~~~~~~~""",
    ),
    "dot-attributes-without-label": (
        "a -> b [style=dotted];",
        """\
line 1: there are no attributes in brackets: kinds of nodes and arrows pick the shapes and lines, as in 'store a: \
Label', and ':category:' a colour
    a -> b [style=dotted];
           ^~~~~~~~~~~~~~~""",
    ),
    "dot-same-rank": (
        "{rank=same; a; b}",
        """\
line 1: nodes that share a rank are aligned: 'align a, b'
    {rank=same; a; b}
    ^~~~~~~~~~~~~~~~~""",
    ),
    "dot-cluster": (
        "subgraph cluster_training {\n    a -> b\n}",
        """\
line 1: a group is 'group training: Title', its statements indented under it, without 'subgraph' and 'end'
    subgraph cluster_training {
    ^~~~~~~~~~~~~~~~~~~~~~~~~~~""",
    ),
    "dot-cluster-label": (
        'label = "Training";',
        """\
line 1: a caption is an option of the directive, ':caption:', and the title of a group stands after its id, as in \
'group training: Training'
    label = "Training";
    ^~~~~~~~~~~~~~~~~~~""",
    ),
    "dot-look": (
        "bgcolor=white",
        """\
line 1: the look is a style: the option ':style:' of the directive, or 'llmpipeline_style' in conf.py
    bgcolor=white
    ^~~~~~~~~~~~~""",
    ),
    "dot-set": (
        "a -> {b c}",
        """\
line 1: ids stand without brackets, separated by ',', as in 'b, c'
    a -> {b c}
         ^~~~~""",
    ),
    "dot-set-first": (
        "{a; b} -> c",
        """\
line 1: ids stand without brackets, separated by ',', as in 'a, b'
    {a; b} -> c
    ^~~~~~""",
    ),
    "dot-quoted-ids": (
        '"First step" -> b',
        """\
line 1: an id is one word without quotes: declare it on a line of its own, as in 'first_step: First step'
    "First step" -> b
    ^~~~~~~~~~~~""",
    ),
    "dot-quoted-id": (
        'a -> "b"',
        """\
line 1: an id is not quoted: write 'b'
    a -> "b"
         ^~~""",
    ),
    "dot-ports": (
        "a:f0 -> b",
        """\
line 1: an edge has no ports: write 'a'
    a:f0 -> b
    ^~~~""",
    ),
    "dot-two-statements": (
        "a -> b; b -> c",
        """\
line 1: each statement stands on a line of its own, without ';'
    a -> b; b -> c
          ^""",
    ),
    "dot-brace": (
        "a -> b\n}",
        """\
line 2: the indentation ends a group, without '}'
    }
    ^""",
    ),
    "dot-comment": (
        "/* why */",
        """\
line 1: a comment begins with '#', on a line of its own
    /* why */
    ^~""",
    ),
    "d2-glob": (
        "*.style.fill: red",
        """\
line 1: the kind of a node picks its shape and colour, as in 'store a: Label'; a category gives another colour, and \
the style of the project the rest
    *.style.fill: red
    ^~~~~~~~~~~~~~~~~""",
    ),
    "d2-edge-index": (
        "(a -> b)[0].style.stroke: red",
        """\
line 1: the kind of a node picks its shape and colour, as in 'store a: Label'; a category gives another colour, and \
the style of the project the rest
    (a -> b)[0].style.stroke: red
    ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~""",
    ),
    "d2-import": (
        "...@parts",
        """\
line 1: a file of declarations is the argument of the directive: '.. llmpipeline:: parts.txt'
    ...@parts
    ^~~~~~~~~""",
    ),
    "d2-equals": (
        "a = First step",
        """\
line 1: a label stands after ': ', as in 'a: First step'
    a = First step
      ^""",
    ),
    "plantuml-start": (
        "@startuml\na -> b\n@enduml",
        """\
line 1: write the statements only, without '@startuml' and '@enduml'
    @startuml
    ^~~~~~~~~""",
    ),
    "plantuml-skinparam": (
        "skinparam backgroundColor red",
        """\
line 1: the look is a style: the option ':style:' of the directive, or 'llmpipeline_style' in conf.py
    skinparam backgroundColor red
    ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~""",
    ),
    "plantuml-skinparam-block": (
        "skinparam node {\n  color red\n}",
        """\
line 1: the look is a style: the option ':style:' of the directive, or 'llmpipeline_style' in conf.py
    skinparam node {
    ^~~~~~~~~~~~~~~~""",
    ),
    "plantuml-include": (
        "!include parts.txt",
        """\
line 1: there is no preprocessor: write the statements out, or into a file that the argument of the directive names
    !include parts.txt
    ^~~~~~~~~~~~~~~~~~""",
    ),
    "plantuml-comment": (
        "' why",
        """\
line 1: a comment begins with '#', on a line of its own
    ' why
    ^""",
    ),
    "plantuml-block-comment": (
        "/' why '/",
        """\
line 1: a comment begins with '#', on a line of its own
    /' why '/
    ^~""",
    ),
    "plantuml-direction": (
        "left to right direction",
        """\
line 1: a direction is an option of the directive, or a field of a group: ':direction: LR'
    left to right direction
    ^~~~~~~~~~~~~~~~~~~~~~~""",
    ),
    "plantuml-arrow-direction": (
        "a -down-> b : text",
        """\
line 1: an arrow has no direction: the option ':direction:' of the directive, or the field of a group, turns the edges
    a -down-> b : text
       ^~~~""",
    ),
    "plantuml-arrow-colour": (
        "a -[#red]-> b",
        """\
line 1: the arrow picks the line: expected one of: -> => ..> --> <-> -- ~>
    a -[#red]-> b
        ^~~~""",
    ),
    "plantuml-colour": (
        "rectangle a #red",
        """\
line 1: the kind of a node picks its shape and colour, as in 'store a: Label'; a category gives another colour, and \
the style of the project the rest
    rectangle a #red
                ^~~~""",
    ),
    "plantuml-component": (
        "[First step] as a",
        """\
line 1: the id stands first and the label after ': ', as in 'a: First step'
    [First step] as a
    ^~~~~~~~~~~~~~~~~""",
    ),
    "plantuml-components": (
        "[a] --> [b]",
        """\
line 1: ids stand without brackets, separated by ',', as in 'a'
    [a] --> [b]
    ^~~""",
    ),
    "plantuml-component-of-words": (
        "[First step] --> b",
        """\
line 1: an edge has ids only: declare this end on a line of its own, as in 'first_step: First step'
    [First step] --> b
    ^~~~~~~~~~~~""",
    ),
    "plantuml-quoted-as": (
        'actor "The user" as u',
        """\
line 1: the id stands first and the label after ': ', as in 'human u: The user'
    actor "The user" as u
    ^~~~~~~~~~~~~~~~~~~~~""",
    ),
    "plantuml-package": (
        'package "Training loop" {\n  a -> b\n}',
        """\
line 1: a group is 'group training_loop: Training loop', its statements indented under it, without braces
    package "Training loop" {
    ^~~~~~~~~~~~~~~~~~~~~~~~~""",
    ),
    "plantuml-rectangle-as": (
        'rectangle "Training loop" as t {\n  a -> b\n}',
        """\
line 1: a group is 'group t: Training loop', its statements indented under it, without braces
    rectangle "Training loop" as t {
    ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~""",
    ),
    "plantuml-note-block": (
        "note left of a\n  Thinks\nend note",
        """\
line 1: a note takes the side where it has room: 'note of a: text'
    note left of a
    ^~~~~~~~~~~~~~""",
    ),
    "plantuml-note-as": (
        'note "A floating note" as n1',
        """\
line 1: a note names what it is of: 'note of a: A floating note'
    note "A floating note" as n1
    ^~~~~~~~~~~~~~~~~~~~~~~~~~~~""",
    ),
    "plantuml-note-on-link": (
        "note on link: slow",
        """\
line 1: the note of an edge is its field, indented under it: ':note: slow'
    note on link: slow
    ^~~~~~~~~~~~~~~~~~""",
    ),
    "plantuml-note-of-the-last": (
        "note left: slow",
        """\
line 1: a note names what it is of: 'note of a: slow'
    note left: slow
    ^~~~~~~~~~~~~~~""",
    ),
    "comment-of": (
        "comment of a: slow",
        """\
line 1: a note begins with 'note of', as in 'note of a: slow'
    comment of a: slow
    ^~~~~~~~~~""",
    ),
    "capital-note": (
        "Note of a: slow",
        """\
line 1: a note begins with 'note of', as in 'note of a: slow'
    Note of a: slow
    ^~~~~~~""",
    ),
    "plantuml-activity": (
        ":Read the prompt;",
        """\
line 1: an activity is a node, as in 'process read_the_prompt: Read the prompt'
    :Read the prompt;
    ^~~~~~~~~~~~~~~~~""",
    ),
    "plantuml-if": (
        "if (good?) then (yes)",
        """\
line 1: a decision is a node, with an edge for each answer: 'decision ok: OK?' and 'ok -> next: yes'
    if (good?) then (yes)
    ^~~~~~~~~~~~~~~~~~~~~""",
    ),
    "plantuml-swimlane": (
        "|Data team|",
        """\
line 1: a part with a title is a group: 'group data_team: Data team'
    |Data team|
    ^~~~~~~~~~~""",
    ),
    "plantuml-title": (
        "title How it works",
        """\
line 1: a caption is an option of the directive, under its first line: ':caption: How it works'
    title How it works
    ^~~~~~~~~~~~~~~~~~""",
    ),
    "plantuml-legend": (
        "legend right",
        """\
line 1: a legend is an option of the directive, under its first line: ':legend:'
    legend right
    ^~~~~~~~~~~~""",
    ),
    "plantuml-inheritance": (
        "a <|-- b",
        """\
line 1: unknown arrow '<|--'; did you mean '--'?
    a <|-- b
      ^~~~""",
    ),
    "plantuml-section": (
        "== Training ==",
        """\
line 1: a part with a title is a group: 'group training: Training'
    == Training ==
    ^~~~~~~~~~~~~~""",
    ),
    "plantuml-text-block": (
        "rectangle a [\n  long text\n]",
        """\
line 1: a label stands after ': ' and goes on in the lines that are indented under it, as in 'a: Label'
    rectangle a [
    ^~~~~~~~~~~~~""",
    ),
    "c4-relation": (
        'Rel(a, b, "Uses")',
        """\
line 1: an edge is 'a -> b: Uses'
    Rel(a, b, "Uses")
    ^~~~~~~~~~~~~~~~~""",
    ),
    "c4-person": (
        'Person(a, "User")',
        """\
line 1: a node is 'a: User'
    Person(a, "User")
    ^~~~~~~~~~~~~~~~~""",
    ),
    "markdown-list": (
        "- a -> b",
        """\
line 1: a statement stands on a line of its own, without a list marker
    - a -> b
    ^""",
    ),
    "markdown-numbers": (
        "1. First step",
        """\
line 1: a statement stands on a line of its own, without a list marker
    1. First step
    ^~""",
    ),
    "markdown-fence": (
        "```mermaid\na -> b\n```",
        """\
line 1: write the statements only, without a fence around them
    ```mermaid
    ^~~~~~~~~~""",
    ),
    "yaml-front-matter": (
        "---\na -> b\n---",
        """\
line 1: there is no front matter: a caption and a direction are options of the directive, under its first line
    ---
    ^~~""",
    ),
    "yaml-edge": (
        "- from: a",
        """\
line 1: an edge is its ends and an arrow, without a word before them: 'a -> b: label'
    - from: a
    ^~~~~~~~~""",
    ),
    "label-in-quotes": (
        'model gpt3 "GPT-3"',
        """\
line 1: a label stands after ': ' without quotes, as in 'model gpt3: GPT-3'
    model gpt3 "GPT-3"
    ^~~~~~~~~~~~~~~~~~""",
    ),
    "label-in-quotes-without-id": (
        'model "GPT-3"',
        """\
line 1: an id stands before the label, as in 'model gpt_3: GPT-3'
    model "GPT-3"
    ^~~~~~~~~~~~~""",
    ),
    "group-in-quotes": (
        'group "Training loop"\n  a -> b',
        """\
line 1: an id stands before the label, as in 'group training_loop: Training loop'
    group "Training loop"
    ^~~~~~~~~~~~~~~~~~~~~""",
    ),
    "group-in-braces": (
        "group g {\n  a -> b\n}",
        """\
line 1: a group is 'group g: Title', its statements indented under it, without braces
    group g {
    ^~~~~~~~~""",
    ),
    "comment-behind": (
        "a -> b # why",
        """\
line 1: a comment begins with '#', on a line of its own
    a -> b # why
           ^~~~~""",
    ),
    "slash-comment-behind": (
        "a -> b // why",
        """\
line 1: a comment begins with '#', on a line of its own
    a -> b // why
           ^~~~~~""",
    ),
    "word-for-an-arrow": (
        "a to b",
        """\
line 1: an edge is 'a -> b'
    a to b
      ^~""",
    ),
    "edge-keyword": (
        "edge a -> b",
        """\
line 1: an edge is its ends and an arrow, without a word before them: 'a -> b: label'
    edge a -> b
    ^~~~~~~~~~~""",
    ),
    "align-in-capitals": (
        "Align a, b",
        """\
line 1: words of the language are in lower case: 'align a, b'
    Align a, b
    ^~~~~~~~~~""",
    ),
    "align-keyword": (
        "same a, b",
        """\
line 1: nodes that share a rank are aligned: 'align a, b'
    same a, b
    ^~~~~~~~~""",
    ),
    "dash": (
        "a – b",
        """\
line 1: unknown arrow '–'; did you mean '->'?
    a – b
      ^""",
    ),
    "arrow-of-another-font": (
        "a ➜ b",
        """\
line 1: unknown arrow '➜'; did you mean '->'?
    a ➜ b
      ^""",
    ),
    "label-in-brackets": (
        "a -[text]-> b",
        """\
line 1: the label of an edge stands at its end, as in 'a -> b: text'
    a -[text]-> b
        ^~~~""",
    ),
    "label-behind-an-arrow": (
        "a ->[text] b",
        """\
line 1: the label of an edge stands at its end, as in 'a -> b: text'
    a ->[text] b
         ^~~~""",
    ),
    "label-in-parentheses": (
        "a --(text)--> b",
        """\
line 1: the label of an edge stands at its end, as in 'a -> b: text'
    a --(text)--> b
        ^~~~~~""",
    ),
    "label-between-hyphens": (
        "a -text-> b",
        """\
line 1: the label of an edge stands at its end, as in 'a -> b: text'
    a -text-> b
       ^~~~""",
    ),
    "label-in-pipes-behind": (
        "a -> b |text|",
        """\
line 1: the label of an edge stands at its end, as in 'a -> b: text'
    a -> b |text|
           ^~~~~~""",
    ),
    "plantuml-class": (
        "class Foo {\n  size\n}",
        """\
line 1: a CSS class is a field, indented under its statement: ':class: important'
    class Foo {
    ^~~~~~~~~~~""",
    ),
    "plantuml-together": (
        "together {\n  a -> b\n}",
        """\
line 1: a group is 'group training: Training', its statements indented under it, without braces
    together {
    ^~~~~~~~~~""",
    ),
    "plantuml-actor": (
        ":The user: --> b",
        """\
line 1: an actor is a node: declare it on a line of its own, as in 'human the_user: The user'
    :The user: --> b
    ^~~~~~~~~~~~~~~~""",
    ),
    "bar-arrow": (
        "a |-> b",
        """\
line 1: unknown arrow '|->'; expected one of: -> => ..> --> <-> -- ~>
    a |-> b
      ^~~""",
    ),
    "brace-alone": (
        "{\n  a -> b\n}",
        """\
line 1: a group is 'group training: Training', its statements indented under it, without braces
    {
    ^""",
    ),
    "round-shape": (
        "a(Corpus)",
        """\
line 1: a label stands after ': ', as in 'a: Corpus'
    a(Corpus)
    ^~~~~~~~~""",
    ),
    "single-quotes": (
        "'gpt3': GPT-3",
        """\
line 1: an id is not quoted: write 'gpt3'
    'gpt3': GPT-3
    ^~~~~~""",
    ),
    "slash-comment": (
        "// why",
        """\
line 1: a comment begins with '#', on a line of its own
    // why
    ^~""",
    ),
    "equals-in-an-edge": (
        "a -> b = text",
        """\
line 1: a label stands after ': ', as in 'a -> b: text'
    a -> b = text
           ^""",
    ),
}
"""Case → text, and the whole message of its error."""


@pytest.mark.parametrize(("text", "message"), ERRORS.values(), ids=ERRORS)
def test_error(text: str, message: str) -> None:
    check_error(text, message)


def test_every_form_explains_a_case() -> None:
    lines = [line for text, _ in ERRORS.values() for line in text.split("\n")]
    used = {next((form for form in FORMS if re.match(form.pattern, line.strip())), None) for line in lines}
    assert [form.pattern for form in FORMS if form not in used] == []


@pytest.mark.parametrize("word", KEYWORDS)
def test_first_word_of_another_language(word: str) -> None:
    (diagnostic,) = diagnostics_of(f"{word} a")
    assert not diagnostic.message.startswith("unknown kind")
    assert (diagnostic.column, diagnostic.width) == (1, len(word) + 2)


@pytest.mark.parametrize("word", KEYWORDS)
def test_kind_of_the_project_has_such_a_name(word: str) -> None:
    assert parse(f"{word} a: A\n{word} b\na -> b", kinds=(*NODE_KINDS, word)).nodes[1].kind == word


def test_statements_in_a_foreign_block_are_read() -> None:
    messages = [(found.line, found.message) for found in diagnostics_of("digraph G {\n  a -> \n  b -> a\n}\nc ->")]
    assert messages == [
        (1, "write the statements only, without 'digraph' and braces"),
        (2, "expected an id after '->'"),
        (5, "expected an id after '->'"),
    ]


@pytest.mark.parametrize("word", ["end", "else", "endif", "stop", "start", "fork"])
def test_end_is_an_id_in_a_text_without_foreign_forms(word: str) -> None:
    assert [node.id for node in parse(f"start_{word}\n{word}").nodes] == [f"start_{word}", word]


def test_long_line_is_not_looked_up() -> None:
    text = "a -- " + "two words " * 60 + "--> b"
    assert diagnostics_of(text)[0].message == "expected an arrow, ',' or ': label' after 'two'"


@pytest.mark.parametrize(
    "label",
    [
        "a -->|yes| b", "a[First step]", "graph LR", "subgraph x [T]", "digraph G {", "{rank=same; a; b}", "// why",
        "%% why", "a & b", "x = 1", "note right of a: x", "title: T", "[*] --> a", "@startuml", "-->",
        "a -- text --> b", "a:::big",
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("error")
def test_label_holds_such_a_form(label: str) -> None:
    assert parse(f"model m: {label}\nm -> m: {label}").nodes[0].label.text == label
