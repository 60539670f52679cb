"""Categories from colours: one for each colour that several nodes have, or that a class names."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from ..records import frozen_record
from .kinds import kind_of_class, title_of_class
from .labels import one_line
from .names import Names
from .source import Look, SourceGroup, SourceNode, Text, plain

_MOST = 8
"""Categories with a colour of their own in all built-in styles."""


@frozen_record
class Categories:
    """The categories of a diagram."""

    labels: Mapping[str, Text]
    """Id → label, in the order of the source."""
    members: Mapping[str, str]
    """Id of a node or group in the source → id of its category."""


def find_categories(
    nodes: Sequence[SourceNode],
    groups: Sequence[SourceGroup],
    kinds: Mapping[str, str],
    names: Names,
    report: Callable[[int, str], None],
) -> Categories:
    """The categories that the looks of *nodes* and *groups* mean.

    A class whose name is the kind of all its members says nothing more.  A colour without a name that most nodes have,
    or a single object, is left out, which is reported.

    Args:
        nodes: those that are shown.
        groups: those that are shown.
        kinds: node → kind.
        names: gives ids.
        report: receives lines and messages.
    """
    labelled: dict[str, tuple[Look, str]] = {
        **{group.id: (group.look, plain(group.title) or group.id) for group in groups},
        **{node.id: (node.look, plain(node.label) or node.id) for node in nodes},
    }
    by_colour: dict[str, list[str]] = {}
    for id, (look, _) in labelled.items():
        if look.fill:
            by_colour.setdefault(look.fill, []).append(id)
    found: dict[str, list[str]] = {}
    alone: list[tuple[int, str]] = []
    for colour, ids in by_colour.items():
        looks = [labelled[id][0] for id in ids]
        name = next((look.name for look in looks if look.name), "")
        if name and all(kinds.get(id) == kind_of_class(name) for id in ids):
            continue
        if len(ids) == 1 and not _named(looks):
            alone.append((looks[0].line, ids[0]))
        elif 2 * len({node.id for node in nodes} & {*ids}) > len(nodes) and not _named(looks):
            report(looks[0].line, f"the colour {colour} of most nodes is left out: the look is a style")
        else:
            found[colour] = ids
    if alone:
        owners = ", ".join(f"'{id}'" for _, id in sorted(alone))
        report(min(alone)[0], f"colours of one object are left out, of {owners}: a category is what several share")
    kept = sorted(found, key=lambda colour: -len(found[colour]))[:_MOST]
    labels: dict[str, Text] = {}
    members: dict[str, str] = {}
    unnamed = 0
    for colour, ids in found.items():
        looks = [labelled[id][0] for id in ids]
        if colour not in kept:
            report(looks[0].line, f"the colour {colour} is left out: a diagram has {_MOST} categories that differ")
            continue
        label = _named(looks) or _common([labelled[id][1] for id in ids])
        name = label
        if not label:
            unnamed += 1
            name = f"colour-{unnamed}"
            label = ", ".join([*(_short(labelled[id][1]) for id in ids[:2]), *(["…"] if len(ids) > 2 else [])])
            report(looks[0].line, f"the colour {colour} is the category '{name}': give it a name")
        id = names.fresh(name)
        labels[id] = one_line(label)
        members.update(dict.fromkeys(ids, id))
    return Categories(labels, members)


def _named(looks: Sequence[Look]) -> str:
    """The title of the first class among the looks that says something; empty if none does."""
    return next((title for look in looks if (title := title_of_class(look.name))), "")


def _common(labels: Sequence[str]) -> str:
    """The words that all labels have.

    >>> _common(["Stage 1: SFT data", "Stage 2: RL data"])
    'Stage data'
    >>> _common(["Policy", "Reward"])
    ''
    """
    first, *others = (dict.fromkeys(word.strip(":,.()") for word in label.split()) for label in labels)
    words = [word for word in first if len(word) > 1 and all(word in other for other in others)]
    joined = " ".join(words)
    return joined[:1].upper() + joined[1:]


def _short(label: str) -> str:
    """The first words of a label, without what is in parentheses."""
    words = re.sub(r"\s*\([^()]*\)", "", label).split() or label.split()
    return " ".join(words[:4])
