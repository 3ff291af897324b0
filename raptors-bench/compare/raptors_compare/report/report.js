// The report's program: draws tiles, heat map, charts and tables from the results in the page.
"use strict";

const results = JSON.parse(document.getElementById("results").textContent);
const { summary, provenance, subject } = results;
const timed = results.cells.filter((cell) => cell.status === "timed");
const at = (id) => document.getElementById(id);
const unique = (values) => [...new Set(values)];
const short = (n) => (n >= 1e6 && n % 1e6 === 0 ? `${n / 1e6}M` : n >= 1e4 && n % 1e3 === 0 ? `${n / 1e3}K` : `${n}`);
const shapeOf = (cell) => cell.shape.map(short).join("×");
const sizeOf = (cell) => cell.shape.reduce((a, b) => a * b, 1);
const times = (ratio) => (ratio == null ? "–" : `${ratio.toFixed(ratio < 100 ? 2 : 0)} ×`);
const geometricMean = (ratios) =>
  ratios.length ? Math.exp(ratios.reduce((sum, r) => sum + Math.log(r), 0) / ratios.length) : null;

/** An element with attributes and children; text is never read as HTML. */
function make(tag, attributes = {}, ...children) {
  const svg = ["svg", "path", "circle", "line", "text", "rect", "title", "g"].includes(tag);
  const element = svg
    ? document.createElementNS("http://www.w3.org/2000/svg", tag)
    : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child != null));
  return element;
}

function duration(ns) {
  for (const [unit, size] of [["s", 1e9], ["ms", 1e6], ["µs", 1e3]]) {
    if (ns >= size) return `${Number((ns / size).toPrecision(3))} ${unit}`;
  }
  return `${Number(ns.toPrecision(3))} ns`;
}

function bytes(size) {
  for (const [unit, step] of [["GiB", 2 ** 30], ["MiB", 2 ** 20], ["KiB", 2 ** 10]]) {
    if (size >= step) return `${Number((size / step).toPrecision(3))} ${unit}`;
  }
  return `${size} B`;
}

function variant(cell) {
  return [
    cell.layout === "contiguous" ? "" : cell.layout,
    cell.threads === 1 ? "" : `${cell.threads} threads`,
    cell.live ? `${cell.live} alive` : "",
  ].filter(Boolean).join(", ");
}

const name = (cell) => [cell.op, shapeOf(cell), cell.dtype, variant(cell)].filter(Boolean).join(" ");

function verdict(cell) {
  return [cell.class, cell.tie && "tie", cell.parity && "parity cell", !cell.passes && "below target", cell.delegated && "run by NumPy", cell.noisy && "noisy"]
    .filter(Boolean).join(", ");
}

/** Background of a ratio: blue where NumPy is slower, orange where it is faster, full from 8 ×. */
function tint(ratio) {
  const distance = Math.min(1, Math.abs(Math.log2(ratio)) / 3);
  if (distance < 0.015) return "var(--even)";
  const share = Math.round(14 + 56 * Math.sqrt(distance));
  return `color-mix(in oklab, var(${ratio >= 1 ? "--ahead" : "--behind"}) ${share}%, var(--surface))`;
}

const CLASS_COLOURS = {
  ahead: "var(--ahead)",
  "near parity": "color-mix(in oklab, var(--ahead) 35%, var(--even))",
  acceptable: "color-mix(in oklab, var(--behind) 45%, var(--even))",
  critical: "var(--behind)",
};

function drawHead() {
  const suite = `suite ${results.suite}${results.quick ? ", quick" : ""}`;
  at("kicker").textContent =
    `${suite} · ${provenance.cpu} · ${provenance.time.slice(0, 16).replace("T", " ")} UTC`;
  at("title").textContent = summary.timed
    ? `${summary.passed} of ${summary.timed} cells at NumPy’s speed or above`
    : "Nothing was timed";
  document.title = `${subject} and NumPy: ${suite}`;

  const tile = (value, label) => make("div", { class: "tile" }, make("b", {}, value), make("span", {}, label));
  const counts = Object.entries(summary.classes);
  const bar = make("div", { class: "bar" });
  for (const [label, count] of counts.filter(([, count]) => count)) {
    bar.append(make("i", { style: `flex:${count};background:${CLASS_COLOURS[label]}`, title: `${label}: ${count}` }));
  }
  const words = counts.map(([label, count]) =>
    make("span", {}, make("i", { style: `background:${CLASS_COLOURS[label]}` }), `${count} ${label}`));
  at("tiles").append(
    tile(times(summary.geometric_mean), "geometric mean"),
    ...Object.entries(summary.families).map(([family, mean]) => tile(times(mean), family)),
    tile(`${Math.round(100 * summary.success.share)} %`,
      `no slower than ${summary.success.limit} × NumPy’s time (goal ${Math.round(100 * summary.success.needed)} %)`),
    make("div", { class: "tile wide" }, bar, make("div", { class: "counts" }, ...words)),
  );
  for (const kind of ["wrong", "unsupported"]) {
    if (!summary[kind].length) continue;
    const cells = results.cells.filter((cell) => cell.status === kind);
    const alike = unique(cells.map((cell) => `${cell.op} ${cell.why}`))
      .map((words) => cells.filter((cell) => `${cell.op} ${cell.why}` === words));
    const what = (same) => (same.length > 1 ? `${same[0].op}, ${same.length} cells` : name(same[0]));
    at("problems").append(make("div", { class: "problem" },
      make("b", {}, `${cells.length} cells are ${kind}`),
      make("ul", {}, ...alike.map((same) => make("li", {}, `${what(same)}: ${same[0].why}`)))));
  }
  at("reading").textContent =
    `NumPy’s median time over that of ${subject}: above 1, NumPy is slower. Samples are interleaved; ` +
    "the interval holds 95 % of the bootstrapped ratios. Parity cells, where NumPy runs at the memory’s speed, pass at 0.97.";
}

const chosen = {};

function drawFilters() {
  const fields = { dtype: "dtype", layout: "layout", threads: "threads", live: "results alive" };
  for (const [field, label] of Object.entries(fields)) {
    const values = unique(timed.map((cell) => String(cell[field])));
    chosen[field] = "all";
    if (values.length < 2) continue;
    const select = make("select", { onchange: () => { chosen[field] = select.value; drawHeat(); drawCharts(); } },
      make("option", { value: "all" }, "all"), ...values.map((value) => make("option", {}, value)));
    at("filters").append(make("label", {}, label, select));
  }
}

const selected = () => timed.filter((cell) =>
  Object.entries(chosen).every(([field, value]) => value === "all" || String(cell[field]) === value));

/** Up to so many columns, dtypes have columns of their own; beyond, a cell is their mean. */
const WIDEST = 12;

function drawHeat() {
  const cells = selected();
  const ordered = [...cells].sort((a, b) => a.shape.length - b.shape.length || sizeOf(a) - sizeOf(b));
  const shapes = unique(ordered.map(shapeOf));
  const dtypes = unique(cells.map((cell) => cell.dtype));
  const apart = dtypes.length > 1 && shapes.length * dtypes.length <= WIDEST;
  const columns = apart ? dtypes.flatMap((dtype) => shapes.map((shape) => [shape, dtype])) : shapes.map((shape) => [shape]);
  const head = make("thead", {});
  if (apart) {
    head.append(make("tr", {}, make("th"),
      ...dtypes.map((dtype) => make("th", { class: "group", colspan: shapes.length }, dtype))));
  }
  head.append(make("tr", {}, make("th"), ...columns.map(([shape]) => make("th", {}, shape))));
  const rows = unique(cells.map((cell) => cell.op)).map((op) => {
    const same = cells.filter((cell) => cell.op === op);
    const row = make("tr", {}, make("th", { title: same[0].code }, op));
    for (const [shape, dtype] of columns) {
      const here = same.filter((cell) => shapeOf(cell) === shape && (!dtype || cell.dtype === dtype));
      row.append(square(here, `${op} ${shape} ${dtype ?? ""}`));
    }
    return row;
  });
  at("heat").replaceChildren(head, make("tbody", {}, ...rows));
  at("key").replaceChildren(
    ...[0.5, 0.9, 1, 1.2, 2, 8].map((ratio) => make("span", {}, make("i", { style: `background:${tint(ratio)}` }), `${ratio} ×`)),
    make("span", {}, make("i", { style: "box-shadow:inset 0 0 0 2px var(--behind)" }), "below target"));
}

/** A square of the heat map: the mean of some cells; a click lists them. */
function square(cells, words) {
  if (!cells.length) return make("td", { class: "none" }, "·");
  const mean = geometricMean(cells.map((cell) => cell.ratio));
  const lines = cells.map((cell) =>
    `${name(cell)}: ${times(cell.ratio)} [${cell.low.toFixed(2)}, ${cell.high.toFixed(2)}] ${verdict(cell)}`);
  return make("td", {
    style: `background:${tint(mean)}`,
    title: lines.join("\n"),
    class: cells.some((cell) => !cell.passes) ? "below" : "",
    onclick: () => {
      at("search").value = words;
      drawCells();
      at("search").scrollIntoView({ behavior: "smooth" });
    },
  }, times(mean));
}

/** The interval of a ratio on a logarithmic axis from 1/4 to 16, with a line at 1. */
function interval(cell) {
  const x = (ratio) => 4 + (112 * (Math.log2(Math.min(16, Math.max(0.25, ratio))) + 2)) / 6;
  const colour = cell.passes ? "var(--ahead)" : "var(--behind)";
  return make("svg", { width: 120, height: 14, viewBox: "0 0 120 14" },
    make("line", { x1: x(1), x2: x(1), y1: 0, y2: 14, class: "grid", "stroke-width": 1.5 }),
    make("line", { x1: x(cell.low), x2: Math.max(x(cell.high), x(cell.low) + 1), y1: 7, y2: 7, stroke: colour, "stroke-width": 3 }),
    make("circle", { cx: x(cell.ratio), cy: 7, r: 4, fill: colour }));
}

const COLUMNS = [
  ["op", (cell) => cell.op, "text"],
  ["shape", sizeOf, "", shapeOf],
  ["dtype", (cell) => cell.dtype, "text"],
  ["variant", variant, "text"],
  ...results.sides.map((side) =>
    [side, (cell) => cell.ns[side]?.median ?? Infinity, "", (cell) => (side in cell.ns ? duration(cell.ns[side].median) : "–")]),
  ["ratio", (cell) => cell.ratio, "", (cell) => times(cell.ratio)],
  ["95 %", (cell) => cell.low, "", (cell) => `${cell.low.toFixed(2)}–${cell.high.toFixed(2)}`],
  ["log axis", (cell) => cell.ratio, "text", interval],
  ["verdict", verdict, "text"],
].filter(([label]) => label !== "variant" || timed.some(variant));

/** Rows of the table of cells: a browser takes seconds to draw ten thousand. */
const LONGEST = 500;

const order = { column: null, sign: 1 };

function fill(table, cells, sortable) {
  const head = COLUMNS.map(([label, key, kind]) => make("th", {
    class: `${kind} ${sortable ? "sortable" : ""}`,
    onclick: () => {
      if (!sortable) return;
      order.sign = order.column === key ? -order.sign : 1;
      order.column = key;
      drawCells();
    },
  }, label));
  const rows = cells.map((cell) =>
    make("tr", { title: cell.code }, ...COLUMNS.map(([, key, kind, show]) => make("td", { class: kind }, (show ?? key)(cell)))));
  table.replaceChildren(make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...rows));
}

function drawCells() {
  const words = at("search").value.toLowerCase().split(/\s+/).filter(Boolean);
  const found = timed.filter((cell) => {
    const text = `${cell.op} ${shapeOf(cell)} ${cell.shape.join("x")} ${cell.dtype} ${variant(cell)} ${verdict(cell)}`.split(/[\s,]+/);
    return words.every((word) => text.some((part) => part.toLowerCase().startsWith(word)));
  });
  if (order.column) {
    const key = order.column;
    found.sort((a, b) => order.sign * (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
  }
  fill(at("cells"), found.slice(0, LONGEST), true);
  at("rest").textContent = found.length > LONGEST
    ? `The first ${LONGEST} of ${found.length} cells: narrow the filter to see others.` : "";
}

const COLOURS = ["var(--numpy)", "var(--subject)", "var(--torch)"];

/** Decimal ticks inside the bounds, at most four. */
function ticks(low, high) {
  const powers = [];
  for (let p = Math.ceil(Math.log10(low)); p <= Math.log10(high); p++) powers.push(10 ** p);
  const step = Math.ceil(powers.length / 4);
  return powers.filter((_, i) => i % step === 0);
}

function chart(op, cells) {
  const [w, h, left, bottom] = [260, 160, 46, 18];
  const all = cells.flatMap((cell) => Object.values(cell.ns).map((q) => q.median));
  const bounds = (values, pad) => [Math.min(...values) / pad, Math.max(...values) * pad];
  const [x0, x1] = bounds(cells.map((cell) => cell.bytes), 1.3);
  const [y0, y1] = bounds(all, 1.6);
  const scale = (value, a, b, from, to) => from + ((to - from) * Math.log(value / a)) / Math.log(b / a);
  const x = (value) => scale(value, x0, x1, left, w - 6);
  const y = (value) => scale(value, y0, y1, h - bottom, 6);
  const svg = make("svg", { viewBox: `0 0 ${w} ${h}`, role: "img", "aria-label": `time of ${op} against size` });
  for (const tick of ticks(y0, y1)) {
    svg.append(make("line", { class: "grid", x1: left, x2: w - 6, y1: y(tick), y2: y(tick) }),
      make("text", { x: left - 5, y: y(tick) + 3, "text-anchor": "end" }, duration(tick)));
  }
  const sizes = unique(cells.map((cell) => cell.bytes)).sort((a, b) => a - b);
  for (const size of unique([sizes[0], sizes[sizes.length >> 1], sizes[sizes.length - 1]])) {
    svg.append(make("text", { x: Math.min(w - 22, Math.max(left + 12, x(size))), y: h - 4, "text-anchor": "middle" }, bytes(size)));
  }
  const lines = unique(cells.map((cell) => `${cell.dtype} ${variant(cell)} ${cell.shape.length}`));
  results.sides.forEach((side, i) => {
    for (const line of lines) {
      const points = cells
        .filter((cell) => `${cell.dtype} ${variant(cell)} ${cell.shape.length}` === line && side in cell.ns)
        .sort((a, b) => a.bytes - b.bytes);
      if (!points.length) continue;
      const path = points.map((cell) => `${x(cell.bytes).toFixed(1)} ${y(cell.ns[side].median).toFixed(1)}`).join("L");
      const group = make("g", { stroke: COLOURS[i], fill: COLOURS[i] },
        make("path", { d: `M${path}`, fill: "none", "stroke-width": 2, "stroke-linejoin": "round" }));
      for (const cell of points) {
        group.append(make("circle", { cx: x(cell.bytes), cy: y(cell.ns[side].median), r: 3, stroke: "var(--surface)" },
          make("title", {}, `${side}, ${name(cell)}: ${duration(cell.ns[side].median)}`)));
      }
      svg.append(group);
    }
  });
  return make("figure", {}, make("figcaption", { title: cells[0].code }, op), svg);
}

function drawCharts() {
  const cells = selected();
  at("legend").replaceChildren(
    ...results.sides.map((side, i) => make("span", {}, make("i", { style: `background:${COLOURS[i]}` }), side)),
    "one line per dtype and variant; both axes logarithmic; across: bytes of one operand");
  at("charts").replaceChildren(...unique(cells.map((cell) => cell.op)).map((op) => chart(op, cells.filter((cell) => cell.op === op))));
}

/** What more threads change, where a run has more than one count. */
function drawScaling() {
  const counts = unique(timed.map((cell) => cell.threads)).sort((a, b) => a - b);
  if (counts.length < 2) return;
  const rows = unique(timed.map((cell) => cell.op)).map((op) =>
    make("tr", {}, make("th", {}, op), ...counts.map((count) => {
      const mean = geometricMean(timed.filter((cell) => cell.op === op && cell.threads === count).map((cell) => cell.ratio));
      return mean == null ? make("td", { class: "none" }, "·") : make("td", { style: `background:${tint(mean)}` }, times(mean));
    })));
  at("scaling").append(make("h2", {}, "Threads"),
    make("p", { class: "note" }, "Ratio to NumPy by number of threads, geometric mean over shapes, dtypes and layouts."),
    make("div", { class: "scroll" }, make("table", { class: "heat" },
      make("thead", {}, make("tr", {}, make("th"), ...counts.map((count) => make("th", {}, String(count))))),
      make("tbody", {}, ...rows))));
}

/** A section with a table of words and figures, and a heading. */
function section(id, title, note, head, rows) {
  const line = (tag) => (words) => make("tr", {}, ...words.map((word, i) => make(tag, { class: i ? "" : "text" }, word)));
  at(id).append(make("h2", {}, title), make("p", { class: "note" }, note),
    make("div", { class: "scroll" }, make("table", { class: "cells" },
      make("thead", {}, line("th")(head)), make("tbody", {}, ...rows.map(line("td"))))));
}

/** What suite full is held to. */
function drawGoals() {
  if (results.suite !== "full") return;
  section("goals", "Goals", "Geometric means of the ratios of all cells of a kind.",
    ["cells", "number", "mean", "worst", "goal", ""],
    summary.goals.map((goal) => [goal.name, String(goal.cells), times(goal.mean), times(goal.worst),
      `${times(goal.least)}${goal.every ? " in every cell" : ""}`, goal.met ? "met" : "missed"]));
}

/** The largest errors of mathematical functions, where the run has looked for them. */
function drawAccuracy() {
  if (!results.accuracy?.length) return;
  const sides = results.sides.slice(0, 2);
  section("accuracy", "Accuracy", "Largest error in units of the last place, on the data that NumPy tests itself with.",
    ["function", "dtype", "values", ...sides],
    results.accuracy.map((row) => [row.function, row.dtype, String(row.values), ...sides.map((side) => row[side].toFixed(3))]));
}

function drawProvenance() {
  const text = (value) => {
    if (Array.isArray(value)) return value.map(text).join(", ");
    if (value && typeof value === "object") return Object.entries(value).map(([k, v]) => `${k} ${text(v)}`).join(", ");
    return String(value);
  };
  for (const [key, value] of Object.entries({ ...provenance, torch: results.torch })) {
    if (value == null) continue;
    at("provenance").append(make("dt", {}, key.replaceAll("_", " ")), make("dd", {}, text(value)));
  }
}

function download(file, type, text) {
  const link = make("a", { href: URL.createObjectURL(new Blob([text], { type })), download: file });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

function csv() {
  const fields = ["op", "shape", "dtype", "layout", "threads", "live", "status", "ratio", "low", "high", "class", "passes"];
  const quote = (value) => (/[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
  const rows = results.cells.map((cell) => [
    ...fields.map((field) => (field === "shape" ? cell.shape.join("x") : String(cell[field] ?? ""))),
    ...results.sides.map((side) => String(cell.ns?.[side]?.median ?? "")),
  ]);
  return [[...fields, ...results.sides.map((side) => `${side} ns`)], ...rows]
    .map((row) => row.map(quote).join(",")).join("\n") + "\n";
}

at("json").addEventListener("click", () => download("results.json", "application/json", JSON.stringify(results, null, 1)));
at("csv").addEventListener("click", () => download("results.csv", "text/csv", csv()));
at("theme").addEventListener("click", () => {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
});
at("search").addEventListener("input", drawCells);

drawHead();
drawFilters();
drawHeat();
fill(at("worst"), summary.worst.map((key) => timed.find((cell) => cell.key === key)), false);
drawGoals();
drawAccuracy();
drawScaling();
drawCharts();
drawCells();
drawProvenance();
