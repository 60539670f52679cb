/* Makes files of a drawing: an SVG with its fonts, and a PNG.

   Both have the colours of light pages, as on paper. Neither needs more of a content security policy than the page:
   the PNG is painted element by element, because a policy may keep a page from loading an SVG as an image. */
"use strict";

globalThis.llmpipelineImage = (() => {
  const LIGHT = "llmpipeline-light"; // a class of the style sheet
  const PIXELS = 2; // of a PNG, for each CSS pixel, unless browsers refuse a canvas as large as that:
  const MOST_SIDE = 16_384;
  const MOST_AREA = 2 ** 27;
  const STATES = ["live", "soft", "lighting", "lit", "pinned"].map((state) => `llmpipeline-${state}`); // on a page
  const SHAPE = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "opacity"];
  const WORDS = ["fill", "fill-opacity", "font-family", "font-size", "font-style", "font-weight", "opacity"];

  const isText = (element) => element.matches("text, tspan");
  const isDrawn = (element) => !element.closest("defs, clipPath, pattern");
  /** Whether a rule of the project hides an element itself. */
  const isHidden = (style) => style.display === "none" || style.visibility === "hidden";
  /** Texts that hold characters: spans where there are any. */
  const isWords = (element) => element.matches("tspan, text:not(:has(tspan))") && element.getNumberOfChars() > 0;

  /** What *act* returns, while *drawing* has the colours of light pages, and everything is at full strength. */
  const inLight = (drawing, act) => {
    drawing.classList.add(LIGHT);
    try {
      return act();
    } finally {
      drawing.classList.remove(LIGHT);
    }
  };

  /** Take out the marks of a search, which Sphinx puts into texts. */
  const removeMarks = (drawing) => {
    for (const mark of drawing.querySelectorAll("rect.highlighted")) mark.remove();
    for (const words of drawing.querySelectorAll("tspan.highlighted")) {
      const text = words.parentElement;
      words.replaceWith(...words.childNodes);
      text.normalize();
    }
  };

  // SVG

  const dataUrl = (blob) =>
    new Promise((resolve, reject) => {
      const reader = new FileReader();
      reader.onload = () => resolve(reader.result);
      reader.onerror = () => reject(reader.error);
      reader.readAsDataURL(blob);
    });

  /** The rules of the web fonts of a drawing, with the fonts in them; without those that cannot be read. */
  const fontRules = async (drawing) => {
    const used = [...drawing.querySelectorAll("text, tspan")].filter(isWords).map((words) => getComputedStyle(words));
    const isUsed = ({ style: face }) =>
      used.some(
        (one) =>
          one.fontFamily.startsWith(face.fontFamily) && // the web font comes first, in quotes
          one.fontWeight === face.fontWeight &&
          one.fontStyle === face.fontStyle,
      );
    const written = async (rule) => {
      const [, address] = rule.style.getPropertyValue("src").match(/url\("([^"]*)"\)/);
      const file = await fetch(new URL(address, rule.parentStyleSheet.href));
      if (!file.ok) throw new Error(file.statusText);
      const { fontFamily, fontWeight, fontStyle } = rule.style;
      const face = `font-family: ${fontFamily}; font-weight: ${fontWeight}; font-style: ${fontStyle}`;
      return `@font-face { ${face}; src: url("${await dataUrl(await file.blob())}") }`;
    };
    const ours = [...document.styleSheets].filter((sheet) => /\/llmpipeline-fonts\.css/.test(sheet.href ?? ""));
    try {
      return (await Promise.all(ours.flatMap((sheet) => [...sheet.cssRules].filter(isUsed).map(written)))).join("\n");
    } catch {
      return ""; // a page that was opened as a file: readers of the drawing need the fonts themselves
    }
  };

  /** Write what style sheets say of *drawing* into the elements of its *copy*. */
  const keepLooks = (drawing, copy) => {
    const [originals, copies] = [drawing, copy].map((one) => [...one.querySelectorAll("*")]);
    originals.forEach((original, index) => {
      if (!original.matches("g, path, rect, use, image, text, tspan") || !isDrawn(original)) return;
      const style = getComputedStyle(original);
      if (isHidden(style)) copies[index].setAttribute("display", "none");
      if (original.matches("g") && style.opacity !== "1") copies[index].setAttribute("opacity", style.opacity);
      if (original.matches("g, image")) return;
      for (const name of isText(original) ? WORDS : SHAPE)
        copies[index].setAttribute(name, style.getPropertyValue(name));
    });
  };

  /** Give a drawing without a name that of its diagram: the second of two refers to the first, which is not there. */
  const keepName = (copy) => {
    if (copy.querySelector(":scope > title")) return;
    const title = document.createElementNS(copy.namespaceURI, "title");
    title.textContent = document.getElementById(copy.getAttribute("aria-labelledby"))?.textContent ?? "";
    copy.prepend(title);
    for (const name of ["aria-labelledby", "aria-describedby"]) copy.removeAttribute(name);
  };

  /** Make links lead to their targets from anywhere; those of a page on a disk lead nowhere else. */
  const keepLinks = (copy) => {
    for (const link of copy.querySelectorAll("a")) {
      const address = link.getAttribute("href");
      const target = URL.canParse(address, document.baseURI) ? new URL(address, document.baseURI) : null;
      if (target?.protocol === "file:") link.replaceWith(...link.childNodes);
      else if (target) link.setAttribute("href", target.href);
    }
  };

  /** A drawing as a file of its own. */
  const svg = async (drawing) => {
    removeMarks(drawing);
    const copy = drawing.cloneNode(true);
    inLight(drawing, () => keepLooks(drawing, copy));
    const { width, height } = drawing.viewBox.baseVal;
    copy.setAttribute("width", width);
    copy.setAttribute("height", height);
    for (const name of ["style", "display"]) copy.removeAttribute(name);
    for (const one of [copy, ...copy.querySelectorAll("g")]) one.classList.remove(...STATES);
    keepName(copy);
    keepLinks(copy);
    const fonts = await fontRules(drawing);
    if (fonts) {
      const rules = document.createElementNS(copy.namespaceURI, "style");
      rules.textContent = fonts;
      copy.prepend(rules);
    }
    return new Blob([new XMLSerializer().serializeToString(copy)], { type: "image/svg+xml" });
  };

  // PNG

  const placeOf = (element) => ["x", "y", "width", "height"].map((name) => element[name].baseVal.value);
  const named = (reference) => {
    const [, id] = reference?.match(/^(?:url\(["']?)?#(.*?)["']?\)?$/) ?? [];
    return id ? document.getElementById(id) : null;
  };

  /** The outline of a shape in its own coordinates. */
  const outline = (shape) => {
    if (shape.localName === "path") return new Path2D(shape.getAttribute("d"));
    const [x, y, width, height] = placeOf(shape);
    const path = new Path2D();
    if (shape.localName === "rect") path.rect(x, y, width, height);
    else path.addPath(outline(named(shape.getAttribute("href"))), new DOMMatrix([1, 0, 0, 1, x, y]));
    return path;
  };

  /** How opaque an element is within a part of the drawing, and 0 if it is hidden. */
  const opacityOf = (element, part) => {
    let opacity = isHidden(getComputedStyle(element)) ? 0 : 1;
    for (let one = element; one !== part; one = one.parentElement) {
      const style = getComputedStyle(one);
      opacity *= style.display === "none" ? 0 : style.opacity;
    }
    return opacity;
  };

  const clip = (context, element) => {
    const area = named(element.getAttribute("clip-path"));
    if (area) context.clip(outline(area.firstElementChild));
  };

  const makeCanvas = (width, height) => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [width, height];
    return canvas;
  };

  /** A fill with the pattern of an element, in *scale* pixels for each unit. */
  const patternOf = (context, element, scale) => {
    const [x, y, width, height] = placeOf(element);
    const tile = makeCanvas(...[width, height].map((side) => Math.max(1, Math.round(scale * side))));
    const painter = tile.getContext("2d");
    painter.scale(tile.width / width, tile.height / height);
    for (const shape of element.children) paintShape(painter, shape, getComputedStyle(shape), scale);
    const pattern = context.createPattern(tile, "repeat");
    pattern.setTransform(new DOMMatrix([width / tile.width, 0, 0, height / tile.height, x, y]));
    return pattern;
  };

  const paintShape = (context, shape, style, scale) => {
    const path = outline(shape);
    const opacity = context.globalAlpha;
    const pattern = named(style.fill);
    if (style.fill !== "none") {
      context.globalAlpha = opacity * style.fillOpacity;
      context.fillStyle = pattern ? patternOf(context, pattern, scale) : style.fill;
      context.fill(path);
    }
    if (style.stroke === "none" || parseFloat(style.strokeWidth) === 0) return;
    context.globalAlpha = opacity * style.strokeOpacity;
    context.strokeStyle = style.stroke;
    context.lineWidth = parseFloat(style.strokeWidth);
    [context.lineJoin, context.lineCap] = [style.strokeLinejoin, style.strokeLinecap];
    context.setLineDash(style.strokeDasharray === "none" ? [] : style.strokeDasharray.split(",").map(parseFloat));
    context.lineDashOffset = parseFloat(style.strokeDashoffset);
    context.stroke(path);
  };

  const paintWords = (context, words, style) => {
    const { x, y } = words.getStartPositionOfChar(0);
    context.font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    context.fontVariantCaps = style.fontVariantCaps;
    context.textRendering = "geometricPrecision";
    context.direction = style.direction;
    context.globalAlpha *= style.fillOpacity;
    context.fillStyle = style.fill;
    context.fillText(words.textContent, x, y);
  };

  const paint = (context, element, part, scale) => {
    context.globalAlpha = opacityOf(element, part);
    clip(context, element);
    const style = getComputedStyle(element);
    if (isText(element)) {
      paintWords(context, element, style);
    } else if (element.localName !== "image") {
      paintShape(context, element, style, scale);
    } else {
      try {
        context.drawImage(element, ...placeOf(element));
      } catch {
        // The page does not show it either, because its policy forbids images like it.
      }
    }
  };

  /** Paint a part of a drawing as a whole, *scale* pixels for each unit; *fromScreen* is the inverse of its place. */
  const paintPart = (canvas, part, fromScreen, scale) => {
    const context = canvas.getContext("2d");
    for (const element of [part, ...part.querySelectorAll("*")]) {
      if (!element.matches("path, rect, use, image, text, tspan") || !isDrawn(element)) continue;
      if (isText(element) && !isWords(element)) continue;
      context.save();
      context.scale(scale, scale);
      const { a, b, c, d, e, f } = fromScreen.multiply(element.getScreenCTM());
      context.transform(a, b, c, d, e, f);
      paint(context, element, part, scale);
      context.restore();
    }
  };

  /** A drawing in pixels, on white. */
  const png = (drawing) => {
    removeMarks(drawing);
    const { width, height } = drawing.viewBox.baseVal;
    const scale = Math.min(PIXELS, MOST_SIDE / width, MOST_SIDE / height, Math.sqrt(MOST_AREA / (width * height)));
    const canvas = makeCanvas(Math.ceil(scale * width), Math.ceil(scale * height));
    const context = canvas.getContext("2d");
    context.fillStyle = "#fff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    const fromScreen = drawing.getScreenCTM().inverse();
    inLight(drawing, () => {
      for (const part of drawing.children) {
        const { display, opacity } = getComputedStyle(part);
        if (display === "none") continue;
        // What fades as a whole is painted apart: where its elements overlap, it would be darker.
        const layer = opacity === "1" ? canvas : makeCanvas(canvas.width, canvas.height);
        paintPart(layer, part, fromScreen, scale);
        if (layer === canvas) continue;
        context.globalAlpha = opacity;
        context.drawImage(layer, 0, 0);
        context.globalAlpha = 1;
      }
    });
    return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  };

  return { svg, png };
})();
