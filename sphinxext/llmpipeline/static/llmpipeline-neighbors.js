/* Lights a node or an edge with its neighbours, and leads to a node by its address.

   Without this script a page stays as it is: the address of a node leads to it, too. */
"use strict";

(() => {
  const PART = "g.llmpipeline-node, g.llmpipeline-edge";
  const LIT = "llmpipeline-lit";
  const LIGHTING = "llmpipeline-lighting";
  const drawings = [...document.querySelectorAll("svg.llmpipeline")];

  /** Whether the middle of a node is within the border of a group. */
  const holds = (group, node) => {
    const [outer, inner] = [group.getBoundingClientRect(), node.getBoundingClientRect()];
    const [x, y] = [inner.left + inner.width / 2, inner.top + inner.height / 2];
    return outer.left < x && x < outer.right && outer.top < y && y < outer.bottom;
  };

  /** What belongs to a node or an edge: edges, the nodes at their ends, members of groups there, and their notes. */
  const related = (drawing, part) => {
    const ends = ({ dataset }) => [dataset.source, dataset.target];
    const edges = part.dataset.id
      ? [...drawing.querySelectorAll(".llmpipeline-edge")].filter((edge) => ends(edge).includes(part.dataset.id))
      : [part];
    if (!edges.length) return [];
    const ids = new Set(edges.flatMap(ends));
    const named = [...drawing.querySelectorAll("g[data-id]")].filter(({ dataset }) => ids.has(dataset.id));
    const groups = named.filter((one) => !one.matches(PART));
    const members = [...drawing.querySelectorAll("g.llmpipeline-node")].filter((node) =>
      groups.some((group) => holds(group, node)),
    );
    const nodes = new Set([part, ...named, ...members]);
    const shown = new Set([...nodes].map(({ dataset }) => dataset.id));
    const callouts = [...drawing.querySelectorAll(".llmpipeline-callout")];
    return [...nodes, ...edges, ...callouts.filter(({ dataset }) => shown.has(dataset.target))];
  };

  let pinned = null; // the part that stays lit

  const show = (drawing, part) => {
    for (const lit of drawing.querySelectorAll(`.${LIT}`)) lit.classList.remove(LIT);
    const parts = part ? related(drawing, part) : [];
    for (const one of parts) one.classList.add(LIT);
    drawing.classList.toggle(LIGHTING, parts.length > 0);
  };
  const drawingOf = (part) => part.closest("svg.llmpipeline");
  const rest = (drawing) => show(drawing, pinned && drawing.contains(pinned) ? pinned : null);

  const pin = (part) => {
    const before = pinned;
    pinned = part;
    for (const one of [before, part]) if (one) rest(drawingOf(one));
  };

  /** The node of an id, in the drawing that the page shows: only the first of two has ids. */
  const nodeOf = (id) => {
    const node = document.getElementById(id);
    if (!node?.matches("svg.llmpipeline g.llmpipeline-node")) return null;
    const visible = [...node.closest(".llmpipeline-scroll, .llmpipeline-stage").querySelectorAll("svg.llmpipeline")];
    const drawing = visible.find((one) => getComputedStyle(one).visibility === "visible") ?? drawingOf(node);
    return drawing.querySelector(`g.llmpipeline-node[data-id="${CSS.escape(node.dataset.id)}"]`);
  };

  /** The id of a node of either drawing. */
  const idOf = (part) =>
    part.id ||
    part.closest(".llmpipeline-scroll")?.querySelector(`g[id][data-id="${CSS.escape(part.dataset.id ?? "")}"]`)?.id;

  const follow = () => {
    const node = nodeOf(decodeURIComponent(location.hash.slice(1)));
    if (!node) return;
    pin(node);
    node.scrollIntoView({ block: "center", inline: "center" });
  };

  for (const drawing of drawings) {
    for (const [enter, leave] of [["pointerover", "pointerout"], ["focusin", "focusout"]]) {
      drawing.addEventListener(enter, (event) => {
        const part = event.target.closest(PART);
        if (part && event.pointerType !== "touch") show(drawing, part);
      });
      drawing.addEventListener(leave, () => rest(drawing));
    }
  }
  document.addEventListener("click", ({ target }) => {
    const part = target.closest("svg.llmpipeline") ? target.closest(PART) : null;
    if (target.closest("a, button")) return;
    pin(part);
    const id = part && idOf(part);
    if (id) history.replaceState(history.state, "", `#${id}`);
  });
  document.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") pin(null);
  });
  addEventListener("hashchange", follow);
  follow();
})();
