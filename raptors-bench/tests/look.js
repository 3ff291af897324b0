// What is wrong with how a page looks: a list of sentences, none where all is well. Tests run this in it.
(async () => {
  const found = new Set();
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));
  const root = document.documentElement;
  const named = (element) => {
    const place = element.id ? `#${element.id}` : `.${[...element.classList].join(".")}`;
    return `${element.tagName.toLowerCase()}${place} "${element.textContent.trim().replace(/\s+/g, " ").slice(0, 40)}"`;
  };
  const shown = (element) => {
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && getComputedStyle(element).visibility !== "hidden";
  };
  const scrolls = (element) => {
    for (let at = element; at && at !== document.body; at = at.parentElement) {
      if (["auto", "scroll"].includes(getComputedStyle(at).overflowX)) return true;
    }
    return false;
  };

  // Charts are drawn when they come into sight.
  for (const place of document.querySelectorAll("[data-chart]")) {
    place.scrollIntoView();
    for (let turn = 0; turn < 3000 && !place.querySelector("svg.main-svg .trace"); turn++) await wait(20);
    await wait(50);
    if (!place.querySelector("svg.main-svg :is(.point, .js-line)")) found.add(`nothing is drawn in ${place.dataset.chart}`);
  }
  for (const place of document.querySelectorAll(".chart.tall")) {
    const high = Math.round(place._fullLayout._size.h);
    if (high < 240) found.add(`${place.dataset.chart} is ${high} high beside its legend`);
  }
  document.querySelectorAll("details").forEach((one) => one.setAttribute("open", ""));
  scrollTo(0, 0);
  await wait(50);

  // The page is as wide as the screen.
  const width = root.clientWidth;
  if (root.scrollWidth > innerWidth) found.add(`the page is ${root.scrollWidth} wide on a screen of ${innerWidth}`);
  const everything = [...document.body.querySelectorAll("*")].filter((one) => !["SCRIPT", "STYLE", "OPTION", "NOSCRIPT"].includes(one.tagName) && shown(one));
  for (const element of everything) {
    if (element.closest("svg")) continue;
    const box = element.getBoundingClientRect();
    if ((box.right > width + 1 || box.left < -1) && !scrolls(element)) found.add(`${named(element)} ends at ${Math.round(box.right)} of ${width}`);
    const style = getComputedStyle(element);
    if (style.display !== "inline" && element.scrollWidth > element.clientWidth + 1 && !scrolls(element)
        && element !== document.body && element.tagName !== "SELECT") found.add(`${named(element)} is cut off or hangs over`);
  }

  // Nothing lies over its neighbour.
  const over = (a, b, least) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > least
    && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > least;
  for (const parent of [document.body, ...everything]) {
    if (parent.closest("svg, .plotly, table") || getComputedStyle(parent).position === "sticky") continue;
    const parts = [...parent.children].filter((one) => everything.includes(one) && !["absolute", "fixed"].includes(getComputedStyle(one).position));
    for (let n = 1; n < parts.length; n++) {
      if (over(parts[n - 1].getBoundingClientRect(), parts[n].getBoundingClientRect(), 1.5)) found.add(`${named(parts[n - 1])} lies over ${named(parts[n])}`);
    }
  }

  // Words of a chart: inside it, and apart.
  for (const place of document.querySelectorAll("[data-chart]")) {
    const frame = place.getBoundingClientRect();
    const words = [...place.querySelectorAll("svg.main-svg text")].filter((one) => one.textContent.trim() && shown(one));
    const boxes = words.map((word) => [word.textContent.trim(), word.getBoundingClientRect()]);
    for (const [n, [text, box]] of boxes.entries()) {
      if (box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1) found.add(`"${text}" is cut off in ${place.dataset.chart}`);
      for (const [other, its] of boxes.slice(0, n)) {
        if (over(box, its, 2)) found.add(`"${text}" lies over "${other}" in ${place.dataset.chart}`);
      }
    }
  }

  // Words can be read on what is behind them: WCAG's contrast.
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  canvas.canvas.width = canvas.canvas.height = 1;
  const paint = (colours) => {
    canvas.clearRect(0, 0, 1, 1);
    for (const colour of colours) {
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
    }
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const light = (rgb) => {
    const [r, g, b] = rgb.map((x) => (x / 255 <= 0.04045 ? x / 255 / 12.92 : ((x / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  for (const element of everything) {
    if (![...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim())) continue;
    const style = getComputedStyle(element);
    const svg = element.closest("svg");
    if (svg && element.tagName.toLowerCase() !== "text" && element.tagName.toLowerCase() !== "tspan") continue;
    const behind = [];
    for (let at = svg ? svg.parentElement : element; at; at = at.parentElement) behind.unshift(getComputedStyle(at).backgroundColor);
    const ink = svg ? style.fill : style.color;
    const [a, b] = [light(paint(["white", ...behind, ink])), light(paint(["white", ...behind]))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.5 && style.fontWeight >= 600);
    if (contrast < (large ? 3 : 4.5)) found.add(`${named(element)} has a contrast of ${contrast.toFixed(2)}: ${ink} on ${behind.filter((one) => one !== "rgba(0, 0, 0, 0)").at(-1)}`);
  }
  return [...found];
})()
