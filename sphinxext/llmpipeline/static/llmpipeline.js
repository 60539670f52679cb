/* Opens a diagram in full size, copies its declarations, and downloads it.

   Without this script a page stays as it is. What it says stands on its own element, in the language of the page. */
"use strict";

(() => {
  const words = {
    open: "Open full size",
    zoomOut: "Zoom out",
    zoomIn: "Zoom in",
    fit: "Fit to the window",
    actual: "Actual size",
    close: "Close",
    copy: "Copy the declarations",
    copied: "Copied",
    svg: "Download SVG",
    png: "Download PNG",
    ...document.currentScript?.dataset,
  };
  const icons = {
    open: "M14 4h6v6M20 4l-7 7M10 20H4v-6M4 20l7-7",
    zoomOut: "M5 12h14",
    zoomIn: "M5 12h14M12 5v14",
    fit: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
    actual: "M6 8l2-2v12M12 9.5v.01M12 14.5v.01M16 8l2-2v12",
    close: "M6 6l12 12M18 6L6 18",
    copy: "M9 9h11v11H9zM5 15H4V4h11v1",
    copied: "M5 12.5l5 5L19.5 7",
  };
  const COPIED = 1500; // milliseconds
  const CLICK = 3; // pixels by which a mouse may move in a click
  const STEP = 1.25;
  const LEAST = 0.1;
  const MOST = 8;

  /** An element of a class of ours, with what it holds. */
  const make = (tag, name, ...children) => {
    const element = document.createElement(tag);
    element.className = `llmpipeline-${name}`;
    element.append(...children);
    return element;
  };

  /** An icon, or else the name of a format in capitals. */
  const makeIcon = (name) => {
    if (!icons[name]) return name.toUpperCase();
    const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    icon.setAttribute("viewBox", "0 0 24 24");
    icon.setAttribute("aria-hidden", "true");
    const path = document.createElementNS(icon.namespaceURI, "path");
    path.setAttribute("d", icons[name]);
    icon.append(path);
    return icon;
  };

  /** A button with an icon; its name is its tooltip, too. */
  const makeButton = (name, act) => {
    const button = make("button", `button llmpipeline-${name}`, makeIcon(name));
    button.type = "button";
    button.title = words[name];
    button.setAttribute("aria-label", words[name]);
    button.addEventListener("click", act);
    return button;
  };

  /** The width in CSS pixels at which a drawing is shown as it was drawn. */
  const naturalWidth = (drawing) =>
    drawing.viewBox?.baseVal.width ?? Number(drawing.dataset.width ?? drawing.getAttribute("width"));

  /** Whether a page shows all of a drawing, as large as it was drawn. */
  const fits = (scroll, drawing) =>
    drawing.getBoundingClientRect().width > naturalWidth(drawing) - 0.5 && scroll.scrollWidth <= scroll.clientWidth + 1;

  /** What a diagram is called; of two drawings the first has the title. */
  const titleOf = (scroll, drawing) =>
    (
      scroll.querySelector(".llmpipeline > title") ?? scroll.parentElement.querySelector("figcaption .caption-text")
    )?.textContent ?? drawing.alt;

  /** Shows a drawing in a scrolling stage at any size; gives the functions that change the size. */
  const zoomable = (stage, drawing, tell) => {
    const natural = naturalWidth(drawing);
    let scale = 1;

    /** Zoom, and keep the point of the drawing that is at x, y on the screen where it is; by default the middle. */
    const zoom = (to, x, y) => {
      const box = stage.getBoundingClientRect();
      const [atX, atY] = [x ?? box.left + box.width / 2, y ?? box.top + box.height / 2];
      const before = drawing.getBoundingClientRect();
      scale = Math.min(MOST, Math.max(LEAST, to));
      drawing.style.width = `${natural * scale}px`;
      const after = drawing.getBoundingClientRect();
      stage.scrollLeft += after.left + ((atX - before.left) * after.width) / before.width - atX;
      stage.scrollTop += after.top + ((atY - before.top) * after.height) / before.height - atY;
      tell(scale);
    };

    const fit = () => {
      const { width, height } = drawing.getBoundingClientRect();
      const around = 2 * parseFloat(getComputedStyle(stage).paddingLeft);
      zoom(scale * Math.min((stage.clientWidth - around) / width, (stage.clientHeight - around) / height));
    };

    return { zoomBy: (factor, x, y) => zoom(scale * factor, x, y), fit, actual: () => zoom(1) };
  };

  /** Zooms by wheel and by two fingers, and scrolls by dragging with the mouse; fingers scroll as everywhere. */
  const listen = (stage, drawing, zoomBy) => {
    const wheel = (event) => {
      // A trackpad's pinch comes as a wheel with this key, too.
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      zoomBy(Math.exp(-0.005 * Math.max(-50, Math.min(50, event.deltaY))), event.clientX, event.clientY);
    };
    let spread = 0;
    const pinch = (event) => {
      if (event.touches.length !== 2) return;
      event.preventDefault();
      const [one, other] = event.touches;
      const now = Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
      if (event.type === "touchmove")
        zoomBy(now / spread, (one.clientX + other.clientX) / 2, (one.clientY + other.clientY) / 2);
      spread = now;
    };
    stage.addEventListener("wheel", wheel, { passive: false });
    stage.addEventListener("touchstart", pinch, { passive: false });
    stage.addEventListener("touchmove", pinch, { passive: false });
    stage.addEventListener("dragstart", (event) => event.preventDefault());
    let grabbed = null; // where the mouse took hold
    stage.addEventListener("pointerdown", (event) => {
      const isMouse = event.pointerType === "mouse" && event.button === 0;
      if (drawing.contains(event.target) && isMouse && !event.target.closest("a")) grabbed = event;
    });
    stage.addEventListener("pointermove", (event) => {
      if (event.buttons !== 1) grabbed = null;
      if (grabbed && Math.hypot(event.clientX - grabbed.clientX, event.clientY - grabbed.clientY) > CLICK)
        stage.setPointerCapture(event.pointerId); // from here on it is no click
      if (stage.hasPointerCapture(event.pointerId)) stage.scrollBy(-event.movementX, -event.movementY);
    });
    const swallow = (event) => {
      if (event.target === stage && grabbed) event.stopPropagation();
      grabbed = null;
    };
    stage.addEventListener("click", swallow, { capture: true });
  };

  /** Whether a link leads to a place in this page. */
  const isHere = (link) => link.getAttribute("href").startsWith("#");

  /** Saves what is at an address. */
  const save = (address, name) => {
    const link = make("a", "download");
    [link.href, link.download] = [address, name];
    link.click();
  };

  /** Saves a drawing in a format; an image of a page only as it is. */
  const download = async (drawing, format) => {
    const name = `${drawing.dataset.diagram}.${format}`;
    if (drawing.localName === "img") {
      save(drawing.currentSrc, name);
      return;
    }
    const address = URL.createObjectURL(await llmpipelineImage[format](drawing));
    save(address, name);
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  };

  /** A button that copies a text, and says that it did. */
  const makeCopyButton = (text, status) => {
    let reset;
    const button = makeButton("copy", async () => {
      await navigator.clipboard.writeText(text);
      button.replaceChildren(makeIcon("copied"));
      status.value = words.copied;
      clearTimeout(reset);
      reset = setTimeout(() => {
        button.replaceChildren(makeIcon("copy"));
        status.value = "";
      }, COPIED);
    });
    return button;
  };

  /** The buttons that take something of a diagram along. */
  const takers = (scroll, drawing) => {
    const status = make("output", "text");
    const text = scroll.dataset.declarations;
    const formats = drawing.localName === "img" ? ["png"] : ["svg", "png"];
    return [
      // A browser has no clipboard for pages that were not encrypted on their way.
      ...(text && navigator.clipboard ? [makeCopyButton(text, status), status] : []),
      ...formats.map((format) => makeButton(format, () => download(drawing, format))),
    ];
  };

  /** Move a drawing from the page into a dialog, until that is closed. */
  const open = (scroll, drawing, opener) => {
    const home = drawing.parentElement;
    const stage = make("div", "stage");
    const size = make("output", "size");
    const title = titleOf(scroll, drawing);
    const view = zoomable(stage, drawing, (scale) => {
      size.value = scale.toLocaleString(undefined, { style: "percent" });
    });
    const close = () => {
      dialog.close();
      restore(); // at once, for the event comes too late for what is printed
    };
    const acts = {
      zoomOut: () => view.zoomBy(1 / STEP),
      zoomIn: () => view.zoomBy(STEP),
      fit: view.fit,
      actual: view.actual,
    };
    const [zoomOut, ...others] = Object.entries(acts).map(([name, act]) => makeButton(name, act));
    const buttons = [zoomOut, size, ...others, ...takers(scroll, drawing), makeButton("close", close)];
    const bar = make("div", "bar", make("span", "name", title), ...buttons);
    const dialog = make("dialog", "view", bar, stage);
    dialog.setAttribute("aria-label", title);
    stage.tabIndex = 0;
    listen(stage, drawing, view.zoomBy);

    const restore = () => {
      if (drawing.parentElement !== stage) return;
      drawing.style.width = ""; // no page sets one
      home.prepend(drawing);
      scroll.style.height = "";
      removeEventListener("beforeprint", close);
      dialog.remove();
      opener.focus({ preventScroll: true });
    };
    const keys = { "+": acts.zoomIn, "=": acts.zoomIn, "-": acts.zoomOut, 0: acts.fit, 1: acts.actual };
    dialog.addEventListener("keydown", (event) => {
      event.stopPropagation(); // the page has keys of its own, and Sphinx keeps Escape from closing dialogs
      if (!event.ctrlKey && !event.metaKey && !event.altKey) keys[event.key]?.();
    });
    dialog.addEventListener("click", (event) => {
      const link = event.target.closest("a[href]");
      const isElsewhere = event.ctrlKey || event.metaKey || event.shiftKey; // another tab, or another window
      if (link && isHere(link) && !isElsewhere) close();
    });
    dialog.addEventListener("close", restore);
    addEventListener("beforeprint", close);

    // What is below the figure stays where it is.
    scroll.style.height = `${scroll.offsetHeight}px`;
    stage.append(drawing);
    scroll.parentElement.append(dialog);
    dialog.showModal();
    view.actual();
    stage.focus();
  };

  // A diagram in a paragraph has no figure in which the button could stand.
  for (const scroll of document.querySelectorAll(".llmpipeline-figure > .llmpipeline-scroll")) {
    const drawings = [...scroll.querySelectorAll(".llmpipeline")];
    /** The drawing for which the page has room; nothing while one is open. */
    const shown = () => drawings.find((one) => scroll.contains(one) && getComputedStyle(one).visibility === "visible");
    const opener = makeButton("open", () => open(scroll, shown(), opener));
    const show = () => {
      if (drawings.every((one) => scroll.contains(one)))
        opener.classList.toggle("llmpipeline-fitting", fits(scroll, shown()));
    };
    scroll.before(opener);
    const observer = new ResizeObserver(show);
    for (const one of [scroll, ...drawings]) observer.observe(one);
  }
})();
