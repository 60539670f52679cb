/* Shows the diagrams of the server, and again when a file has changed. */
"use strict";

(() => {
  const diagrams = document.getElementById("diagrams");
  const state = document.getElementById("state");
  const chosen = (name) => document.querySelector(`input[name="${name}"]:checked`).value;
  let asked = 0;

  /** An element with a text. */
  const make = (tag, name, text) => {
    const element = document.createElement(tag);
    element.className = name;
    element.textContent = text;
    return element;
  };

  /** The section of one diagram; one with errors keeps the last picture of its place. */
  const section = (diagram, before) => {
    const found = make("section", `width-${chosen("width")}`, "");
    found.append(make("h2", "", diagram.place));
    found.append(...diagram.problems.map((problem) => make("pre", problem.severity, problem.text)));
    if (diagram.svg) {
      const shown = make("div", "llmpipeline-figure", "");
      shown.innerHTML = `<div class="llmpipeline-scroll">${diagram.svg}</div>`;
      found.append(shown);
    } else if (before?.querySelector(".llmpipeline-figure")) {
      found.classList.add("stale");
      found.append(before.querySelector(".llmpipeline-figure"));
    }
    found.dataset.place = diagram.place;
    return found;
  };

  const load = async () => {
    const number = ++asked;
    state.textContent = "Drawing…";
    const response = await fetch(`diagrams?width=${chosen("width")}`);
    const found = await response.json();
    if (number !== asked) return; // a later request is under way
    const before = new Map([...diagrams.children].map((one) => [one.dataset.place, one]));
    diagrams.replaceChildren(...found.map((diagram) => section(diagram, before.get(diagram.place))));
    const errors = found.flatMap((diagram) => diagram.problems).filter((problem) => problem.severity === "error");
    state.textContent = `${found.length} diagrams, ${errors.length} errors`;
  };

  document.addEventListener("change", ({ target }) => {
    if (target.name === "theme") document.documentElement.dataset.theme = target.value;
    else load();
  });
  const events = new EventSource("events");
  events.addEventListener("message", load);
  events.addEventListener("open", load); // also after the server was away
  events.addEventListener("error", () => {
    state.textContent = "The preview has ended; start it again to go on.";
  });
})();
