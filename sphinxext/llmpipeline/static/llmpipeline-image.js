/* Makes files of a drawing: an SVG with its fonts, and a PNG.

   Both have the colours of light pages, as on paper. Neither needs more of a content security policy than the page:
   the PNG is painted element by element, because a policy may keep a page from loading an SVG as an image. */
"use strict";

globalThis.llmpipelineImage = (() => {
  const LIGHT = "llmpipeline-light"; // a class of the style sheet
  const PIXELS = 2; // of a PNG, for each CSS pixel

  const isGraphic = (element) => element.matches("path, rect, use, text, tspan");
  const isDrawn = (element) => !element.closest("defs, clipPath, pattern");
  /** The texts that hold characters: spans where there are any. */
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
    const faceOf = (style) => [style.fontWeight, style.fontStyle].join(" ");
    const used = [...drawing.querySelectorAll("text, tspan")].filter(isWords).map((words) => getComputedStyle(words));
    const isUsed = ({ style }) =>
      used.some((one) => one.fontFamily.startsWith(style.fontFamily) && faceOf(one) === faceOf(style));
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

  /** A drawing as a file of its own. */
  const svg = async (drawing) => {
    const copy = drawing.cloneNode(true);
    inLight(drawing, () => {
      const [originals, copies] = [drawing, copy].map((one) => [...one.querySelectorAll("*")]);
      originals.forEach((original, index) => {
        if (!isGraphic(original) || !isDrawn(original)) return;
        const style = getComputedStyle(original);
        for (const name of ["fill", "stroke"]) copies[index].setAttribute(name, style[name]);
      });
    });
    const { width, height } = drawing.viewBox.baseVal;
    copy.setAttribute("width", width);
    copy.setAttribute("height", height);
    for (const name of ["style", "display"]) copy.removeAttribute(name);
    for (const lit of [copy, ...copy.querySelectorAll(".llmpipeline-lit")])
      lit.classList.remove("llmpipeline-lit", "llmpipeline-lighting");
    for (const link of copy.querySelectorAll("a")) {
      const target = new URL(link.getAttribute("href"), document.baseURI);
      if (target.protocol === "file:") link.replaceWith(...link.childNodes);
      else link.setAttribute("href", target.href);
    }
    const fonts = await fontRules(drawing);
    if (fonts) {
      const rules = document.createElementNS(copy.namespaceURI, "style");
      rules.textContent = fonts;
      copy.prepend(rules);
    }
    return new Blob([new XMLSerializer().serializeToString(copy)], { type: "image/svg+xml" });
  };

  // PNG

  /** The outline of a shape in its own coordinates. */
  const outline = (shape) => {
    if (shape.localName === "path") return new Path2D(shape.getAttribute("d"));
    const [x, y, width, height] = ["x", "y", "width", "height"].map((name) => shape[name].baseVal.value);
    const path = new Path2D();
    if (shape.localName === "rect") {
      path.rect(x, y, width, height);
    } else {
      const shown = document.querySelector(shape.getAttribute("href"));
      path.addPath(outline(shown), new DOMMatrix([1, 0, 0, 1, x, y]));
    }
    return path;
  };

  /** How opaque an element is within *drawing*. */
  const opacityOf = (element, drawing) => {
    let opacity = 1;
    for (let one = element; one !== drawing; one = one.parentElement) opacity *= getComputedStyle(one).opacity;
    return opacity;
  };

  const clip = (context, element) => {
    const [, id] = element.getAttribute("clip-path")?.match(/^url\(#(.*)\)$/) ?? [];
    if (id) context.clip(outline(document.getElementById(id).firstElementChild));
  };

  const paintShape = (context, shape, style) => {
    const path = outline(shape);
    const [opacity, dashes] = [context.globalAlpha, style.strokeDasharray];
    if (style.fill !== "none" && !style.fill.startsWith("url")) {
      context.globalAlpha = opacity * style.fillOpacity;
      context.fillStyle = style.fill;
      context.fill(path);
    }
    if (style.stroke === "none" || parseFloat(style.strokeWidth) === 0) return;
    context.globalAlpha = opacity * style.strokeOpacity;
    context.strokeStyle = style.stroke;
    context.lineWidth = parseFloat(style.strokeWidth);
    [context.lineJoin, context.lineCap] = [style.strokeLinejoin, style.strokeLinecap];
    context.setLineDash(dashes === "none" ? [] : dashes.split(",").map(parseFloat));
    context.stroke(path);
  };

  const paintWords = (context, words, style) => {
    const { x, y } = words.getStartPositionOfChar(0);
    context.font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    context.textRendering = "geometricPrecision";
    context.direction = style.direction;
    context.globalAlpha *= style.fillOpacity;
    context.fillStyle = style.fill;
    context.fillText(words.textContent, x, y);
  };

  const paint = (context, element, drawing) => {
    context.globalAlpha = opacityOf(element, drawing);
    clip(context, element);
    if (element.localName === "image") {
      const [x, y, width, height] = ["x", "y", "width", "height"].map((name) => element[name].baseVal.value);
      context.drawImage(element, x, y, width, height);
      return;
    }
    const style = getComputedStyle(element);
    if (element.matches("text, tspan")) paintWords(context, element, style);
    else paintShape(context, element, style);
  };

  /** A drawing in pixels, on white. */
  const png = (drawing) => {
    const { width, height } = drawing.viewBox.baseVal;
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [Math.ceil(PIXELS * width), Math.ceil(PIXELS * height)];
    const context = canvas.getContext("2d");
    context.fillStyle = "#fff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    const fromScreen = drawing.getScreenCTM().inverse();
    inLight(drawing, () => {
      for (const element of drawing.querySelectorAll("path, rect, use, image, text, tspan")) {
        if (!isDrawn(element) || (element.matches("text, tspan") && !isWords(element))) continue;
        context.save();
        context.scale(PIXELS, PIXELS);
        const { a, b, c, d, e, f } = fromScreen.multiply(element.getScreenCTM());
        context.transform(a, b, c, d, e, f);
        paint(context, element, drawing);
        context.restore();
      }
    });
    return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  };

  return { svg, png };
})();
