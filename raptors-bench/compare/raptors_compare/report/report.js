// The report's program: draws tiles, heat map, charts and tables from the results in the page.
"use strict";

const at = (id) => document.getElementById(id);
const unique = (values) => [...new Set(values)];
const short = (n) => (n >= 1e6 && n % 1e6 === 0 ? `${n / 1e6}M` : n >= 1e4 && n % 1e3 === 0 ? `${n / 1e3}K` : `${n}`);
const shapeOf = (cell) => cell.shape.map(short).join("×");
const sizeOf = (cell) => cell.shape.reduce((a, b) => a * b, 1);
const times = (ratio) => (ratio == null ? "–" : `${ratio.toFixed(ratio < 100 ? 2 : 0)} ×`);
const geometricMean = (ratios) =>
  ratios.length ? Math.exp(ratios.reduce((sum, r) => sum + Math.log(r), 0) / ratios.length) : null;

/** What the page keeps packed under a name, as text. */
async function unpack(name) {
  const bytes = Uint8Array.from(atob(at(name).textContent), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).text();
}

let results;
let timed;

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

function variant(cell) {
  return [
    cell.layout === "contiguous" ? "" : cell.layout,
    cell.threads === 1 ? "" : `${cell.threads} threads`,
    cell.live ? `${cell.live} alive${cell.together ? ", freed together" : ""}` : "",
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

const chosen = {};

function drawFilters() {
  const fields = { dtype: "dtype", layout: "layout", threads: "threads", live: "results alive" };
  for (const [field, label] of Object.entries(fields)) {
    const values = unique(timed.map((cell) => String(cell[field])));
    chosen[field] = "all";
    if (values.length < 2) continue;
    const select = make("select", { onchange: () => { chosen[field] = select.value; drawHeat(); } },
      make("option", { value: "all" }, "all"), ...values.map((value) => make("option", {}, value)));
    at("filters").append(make("label", {}, label, select));
  }
}

const selected = () => timed.filter((cell) =>
  Object.entries(chosen).every(([field, value]) => value === "all" || String(cell[field]) === value));

/** Up to so many columns, dtypes have columns of their own; beyond, a cell is their mean. */
const WIDEST = 12;

/** Ops in one heat map; beyond, each family has its own, for its shapes differ from others. */
const TALLEST = 40;

function drawHeat() {
  const cells = selected();
  const many = unique(cells.map((cell) => cell.op)).length > TALLEST;
  const families = many ? unique(cells.map((cell) => cell.family)) : [null];
  meaned = false;
  at("heat").replaceChildren(...families.map((family) => {
    const same = family ? cells.filter((cell) => cell.family === family) : cells;
    const table = make("div", { class: "scroll" }, heat(same));
    if (!family) return table;
    const mean = times(geometricMean(same.map((cell) => cell.ratio)));
    return make("details", same.length && family === families[0] ? { open: "" } : {},
      make("summary", {}, `${family}: ${mean} in ${same.length} ${same.length === 1 ? "cell" : "cells"}`), table);
  }));
  at("key").replaceChildren(
    ...[0.5, 0.9, 1, 1.2, 2, 8].map((ratio) => make("span", {}, make("i", { style: `background:${tint(ratio)}` }), `${ratio} ×`)),
    make("span", {}, make("i", { style: "box-shadow:inset 0 0 0 2px var(--behind)" }), "below target"),
    ...(meaned ? [make("span", { class: "words" }, MEANED)] : []));
}

/** What is said where squares stand for several cells. */
const MEANED =
  "A square of several cells shows their geometric mean, and a frame where one of them is below target; the filters take them apart.";

/** Whether a square of the heat map stands for several cells. */
let meaned = false;

/** The heat map of some cells: op by shape. */
function heat(cells) {
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
  const byOp = Map.groupBy ? Map.groupBy(cells, (cell) => cell.op) : grouped(cells);
  const rows = [...byOp].map(([op, same]) => {
    const row = make("tr", {}, make("th", { title: same[0].code }, op));
    for (const [shape, dtype] of columns) {
      const here = same.filter((cell) => shapeOf(cell) === shape && (!dtype || cell.dtype === dtype));
      row.append(square(here, `${op} ${shape} ${dtype ?? ""}`));
    }
    return row;
  });
  return make("table", { class: "heat" }, head, make("tbody", {}, ...rows));
}

function grouped(cells) {
  const found = new Map();
  for (const cell of cells) found.set(cell.op, [...(found.get(cell.op) ?? []), cell]);
  return found;
}

/** A square of the heat map: the mean of some cells; a click lists them. */
function square(cells, words) {
  if (!cells.length) return make("td", { class: "none" }, "·");
  meaned ||= cells.length > 1;
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

const columns = () => [
  ["op", (cell) => cell.op, "text"],
  ["shape", sizeOf, "", shapeOf],
  ["dtype", (cell) => cell.dtype, "text"],
  ["variant", variant, "text"],
  // The ratio before the times: on a phone what is further right is out of sight.
  ["ratio", (cell) => cell.ratio, "", (cell) => times(cell.ratio)],
  ["95 %", (cell) => cell.low, "", (cell) => `${cell.low.toFixed(2)}–${cell.high.toFixed(2)}`],
  ["log axis", (cell) => cell.ratio, "text", interval],
  ...results.sides.map((side) =>
    [side, (cell) => cell.ns[side]?.median ?? Infinity, "", (cell) => (side in cell.ns ? duration(cell.ns[side].median) : "–")]),
  ["verdict", verdict, "text"],
].filter(([label]) => label !== "variant" || timed.some(variant));

/** Rows of the table of cells: a browser takes seconds to draw ten thousand. */
const LONGEST = 500;

const order = { column: null, sign: 1 };

function fill(table, cells, sortable) {
  const shown = columns();
  const head = shown.map(([label, key, kind]) => make("th", {
    class: `${kind} ${sortable ? "sortable" : ""}`,
    onclick: () => {
      if (!sortable) return;
      order.sign = order.label === label ? -order.sign : 1;
      Object.assign(order, { label, column: key });
      drawCells();
    },
  }, label));
  const rows = cells.map((cell) =>
    make("tr", { title: cell.code }, ...shown.map(([, key, kind, show]) => make("td", { class: kind }, (show ?? key)(cell)))));
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

/** Whether the page is dark now: as chosen, or as the system is. */
const isDark = () => {
  const theme = document.documentElement.dataset.theme;
  return theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
};

/** The figure in the page's colours, as wide as the page; a finger scrolls the page, not the chart. */
function dressed(figure) {
  const style = getComputedStyle(document.body);
  const [ink, line, surface] = ["--ink", "--line", "--surface"].map((name) => style.getPropertyValue(name).trim());
  const coarse = matchMedia("(pointer: coarse), (max-width: 520px)").matches;
  const axis = (given) => ({
    ...given, gridcolor: line, zerolinecolor: line, linecolor: line, tickcolor: line, fixedrange: coarse,
    automargin: true,
    title: { ...given.title, standoff: 8 },
  });
  const { layout } = figure;
  // On a phone the legend is one entry a line, else about four; the figure has room for two such lines.
  const entries = layout.showlegend === false ? 0 : figure.data.filter((trace) => trace.showlegend !== false).length;
  const legend = coarse ? 18 * entries : 18 * Math.max(0, Math.ceil(entries / 4) - 2);
  return {
    ...layout, height: layout.height + legend, xaxis: axis(layout.xaxis), yaxis: axis(layout.yaxis), dragmode: coarse ? false : "zoom",
    paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
    font: { color: ink, size: coarse ? 11 : 12, family: style.fontFamily },
    hoverlabel: { bgcolor: surface, bordercolor: line, font: { color: ink } },
    // As high as its entries need, where Plotly would hide half of them behind a bar.
    legend: { ...layout.legend, maxheight: layout.height + 18 * entries },
    margin: coarse ? { ...layout.margin, l: Math.min(layout.margin.l, 54), r: 8 } : layout.margin,
  };
}

let charts = {};
const drawn = new Map();

function draw(place) {
  const name = place.dataset.chart;
  const figure = name === "time" ? charts.time[at("op").value] : charts[name];
  const layout = dressed(figure);
  drawn.set(place, figure);
  // When the window changes, as a phone's does while it is scrolled, Plotly fills the place: so that is as
  // high as the figure, or what stands below the axis would be drawn over it.
  place.style.height = `${layout.height}px`;
  Plotly.react(place, figure.data, layout, { responsive: true, displaylogo: false, displayModeBar: false });
}

/** Charts are drawn when they are scrolled to: a page of them all would take its time to open. */
function drawCharts() {
  const places = [...document.querySelectorAll("[data-chart]")];
  const watcher = new IntersectionObserver((seen) => {
    for (const { target } of seen.filter((entry) => entry.isIntersecting)) {
      watcher.unobserve(target);
      draw(target);
    }
  }, { rootMargin: "400px" });
  const worst = timed.find((cell) => cell.key === results.summary.worst[0]);
  if (charts.time) {
    at("op").append(...Object.keys(charts.time).map((op) => make("option", op === worst?.op ? { selected: "" } : {}, op)));
    at("op").addEventListener("change", () => draw(document.querySelector('[data-chart="time"]')));
  }
  const again = () => [...drawn.keys()].forEach(draw);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
  matchMedia("(max-width: 520px)").addEventListener("change", again);
  addEventListener("beforeprint", () => places.forEach(draw));
  places.forEach((place) => watcher.observe(place));
  return again;
}

function download(file, type, text) {
  const link = make("a", { href: URL.createObjectURL(new Blob([text], { type })), download: file });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

function csv() {
  const fields = ["op", "shape", "dtype", "layout", "threads", "live", "together", "status", "ratio", "low", "high", "class", "passes"];
  const quote = (value) => (/[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
  const rows = results.cells.map((cell) => [
    ...fields.map((field) => (field === "shape" ? cell.shape.join("x") : String(cell[field] ?? ""))),
    ...results.sides.map((side) => String(cell.ns?.[side]?.median ?? "")),
  ]);
  return [[...fields, ...results.sides.map((side) => `${side} ns`)], ...rows]
    .map((row) => row.map(quote).join(",")).join("\n") + "\n";
}

async function begin() {
  results = JSON.parse(await unpack("results"));
  timed = results.cells.filter((cell) => cell.status === "timed");
  drawFilters();
  drawHeat();
  fill(at("worst"), results.summary.worst.map((key) => timed.find((cell) => cell.key === key)), false);
  drawCells();
  at("json").addEventListener("click", () => download("results.json", "application/json", JSON.stringify(results, null, 1)));
  at("csv").addEventListener("click", () => download("results.csv", "text/csv", csv()));
  at("search").addEventListener("input", drawCells);
  charts = JSON.parse(await unpack("charts"));
  // Plotly's program, run as a script of the page.
  document.head.append(make("script", {}, await unpack("library")));
  const again = drawCharts();
  at("theme").addEventListener("click", () => {
    document.documentElement.dataset.theme = isDark() ? "light" : "dark";
    again();
  });
  document.documentElement.dataset.ready = "yes";
}

begin().catch((error) => {
  at("trouble").hidden = false;
  at("trouble").textContent = `This browser cannot draw the charts (${error.message}); report.md beside this page holds every figure.`;
});
