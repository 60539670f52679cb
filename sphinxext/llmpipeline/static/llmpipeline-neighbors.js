/* Lights a node or an edge with its neighbours, and leads to a node by its address.

   Without this script a page stays as it is: the address of a node leads to it, too. */
"use strict";

(() => {
  const PART = "g.llmpipeline-node, g.llmpipeline-edge";
  const LIT = "llmpipeline-lit";
  const LIGHTING = "llmpipeline-lighting"; // of a drawing in which something is lit
  const PINNED = "llmpipeline-pinned";
  const LIVE = "llmpipeline-live"; // of a drawing that this script serves
  const SOFT = "llmpipeline-soft"; // of a drawing that fades
  const MOST_SOFT = 300; // parts: more would fade in jerks

  const drawingOf = (element) => element.closest("svg.llmpipeline");
  const boxOf = (part) => (part.querySelector("path") ?? part).getBoundingClientRect();

  /** Whether the middle of a node is within the border of a group. */
  const holds = (group, node) => {
    const [outer, inner] = [boxOf(group), boxOf(node)];
    const [x, y] = [inner.left + inner.width / 2, inner.top + inner.height / 2];
    return outer.left < x && x < outer.right && outer.top < y && y < outer.bottom;
  };

  /** The parts of a drawing: all that have an id, edges by each of their ends, and notes by what they are of. */
  const partsOf = (drawing) => {
    const [named, edges, notes] = [new Map(), new Map(), new Map()];
    const add = (found, id, part) => found.set(id, [...(found.get(id) ?? []), part]);
    for (const part of drawing.querySelectorAll("g[data-id]")) named.set(part.dataset.id, part);
    for (const edge of drawing.querySelectorAll(".llmpipeline-edge"))
      for (const id of new Set([edge.dataset.source, edge.dataset.target])) add(edges, id, edge);
    for (const note of drawing.querySelectorAll(".llmpipeline-callout")) add(notes, note.dataset.target, note);
    return { named, edges, notes };
  };
  const known = new WeakMap();
  const parts = (drawing) => known.get(drawing) ?? known.set(drawing, partsOf(drawing)).get(drawing);

  /** A node or an edge, edges, the nodes at their ends, members of groups there with their edges, and notes. */
  const related = (drawing, part) => {
    const { named, edges, notes } = parts(drawing);
    const own = part.dataset.id ? (edges.get(part.dataset.id) ?? []) : [part];
    const ids = new Set(own.flatMap(({ dataset }) => [dataset.source, dataset.target]));
    const ends = [...ids].map((id) => named.get(id)).filter(Boolean);
    const groups = ends.filter((one) => !one.matches(PART));
    const nodes = groups.length ? [...named.values()].filter((one) => one.matches(PART)) : [];
    const members = nodes.filter((node) => groups.some((group) => holds(group, node)));
    const inside = new Set(members.map(({ dataset }) => dataset.id));
    const inner = members
      .flatMap(({ dataset }) => edges.get(dataset.id) ?? [])
      .filter(({ dataset }) => inside.has(dataset.source) && inside.has(dataset.target));
    const lit = new Set([part, ...own, ...ends, ...members, ...inner]);
    for (const { dataset } of [...lit]) for (const note of notes.get(dataset.id) ?? []) lit.add(note);
    return lit;
  };

  const shown = new WeakMap(); // of each drawing: the part that is lit with its neighbours

  /** Light a part of a drawing, or nothing. */
  const light = (drawing, part) => {
    if (shown.get(drawing) === part) return;
    shown.set(drawing, part);
    const found = part ? related(drawing, part) : new Set();
    for (const lit of drawing.querySelectorAll(`.${LIT}`)) if (!found.has(lit)) lit.classList.remove(LIT);
    for (const one of found) one.classList.add(LIT);
    drawing.classList.toggle(LIGHTING, found.size > 0);
  };

  let pinned = null; // what stays lit: the title of a diagram and the key of a part
  const keyOf = ({ dataset }) => JSON.stringify([dataset.id, dataset.source, dataset.target]);
  // Two drawings of a diagram have the same title, and no other diagram of the page has it.
  const titleOf = (drawing) => drawing.getAttribute("aria-labelledby");
  const drawingsOf = (title) =>
    [...document.querySelectorAll("svg.llmpipeline")].filter((one) => titleOf(one) === title);
  const pinnedIn = (drawing) =>
    pinned?.title === titleOf(drawing)
      ? [...drawing.querySelectorAll(PART)].find((one) => keyOf(one) === pinned.key)
      : undefined;

  /** The part of an element, unless it is a node that nothing leads to or from: there is nothing to light with it. */
  const joined = (drawing, element) => {
    const part = element.closest(PART);
    return part && (!part.dataset.id || parts(drawing).edges.has(part.dataset.id)) ? part : null;
  };

  /** Light what has the keyboard focus, or else what stays lit. */
  const rest = (drawing) => {
    const focused = drawing.querySelector(":focus-visible");
    light(drawing, (focused && joined(drawing, focused)) ?? pinnedIn(drawing));
  };

  /** Keep a part lit, in each drawing of its diagram; nothing for none. */
  const pin = (part) => {
    const before = pinned?.title;
    pinned = part && { title: titleOf(drawingOf(part)), key: keyOf(part) };
    for (const old of document.querySelectorAll(`.${PINNED}`)) old.classList.remove(PINNED);
    for (const drawing of [before, pinned?.title].flatMap(drawingsOf)) {
      pinnedIn(drawing)?.classList.add(PINNED);
      rest(drawing);
    }
  };

  /** The address of a node, of which only the first of two drawings has the id. */
  const idOf = (part) =>
    drawingsOf(titleOf(drawingOf(part)))
      .flatMap((one) => [...one.querySelectorAll("g[id]")])
      .find((one) => one.dataset.id === part.dataset.id)?.id;

  /** Light the node of the address of the page, to which the browser leads if it is in the drawing that is shown. */
  const follow = () => {
    const node = document.getElementById(location.hash.slice(1));
    if (!node?.matches("svg.llmpipeline g.llmpipeline-node")) {
      pin(null);
      return;
    }
    pin(node);
    const visible = [...document.querySelectorAll(`.${PINNED}`)].filter(
      (one) => getComputedStyle(one).visibility === "visible",
    );
    if (!visible.includes(node)) visible[0]?.scrollIntoView({ block: "center", inline: "center" });
  };

  const clicked = ({ target }) => {
    const link = target.closest("a[href]");
    if (link?.getAttribute("href") === location.hash) follow(); // where nothing changes, the browser tells nothing
    // In the full-size view nothing can be selected, and what was selected before stays.
    const isSelecting = !target.closest(".llmpipeline-stage") && !getSelection().isCollapsed;
    if (link || target.closest("button") || isSelecting) return;
    const part = drawingOf(target) && target.closest(PART);
    pin(part);
    const address = new URL(location);
    address.hash = (part?.dataset.id && idOf(part)) ?? "";
    if (address.hash) history.replaceState(history.state, "", address);
  };

  for (const drawing of document.querySelectorAll("svg.llmpipeline")) {
    drawing.classList.add(LIVE);
    drawing.classList.toggle(SOFT, drawing.querySelectorAll(PART).length <= MOST_SOFT);
    const enter = (event) => {
      const part = joined(drawing, event.target);
      const isMeant = event.type === "focusin" ? event.target.matches(":focus-visible") : event.pointerType !== "touch";
      if (part && isMeant) light(drawing, part);
    };
    const leave = (event) => {
      const part = event.target.closest(PART);
      if (!part?.contains(event.relatedTarget)) rest(drawing);
    };
    for (const name of ["pointerover", "focusin"]) drawing.addEventListener(name, enter);
    for (const name of ["pointerout", "focusout"]) drawing.addEventListener(name, leave);
  }
  document.addEventListener("click", clicked);
  document.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") pin(null);
  });
  addEventListener("hashchange", follow);
  follow();
})();
