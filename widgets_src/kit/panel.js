/** A drawing area with axes, and the marks that may be drawn in it. All coordinates are those of the data. */
import { axisBottom, axisLeft } from "d3-axis";
import { drag } from "d3-drag";
import { scaleLinear, scaleLog } from "d3-scale";
import { pointer, select } from "d3-selection";
import { line } from "d3-shape";
import { contourPaths } from "./contours.js";
import { element, number, OWN_KEYS, uniqueId } from "./dom.js";
import { markClass, shape } from "./marks.js";

const MARGIN = { top: 8, right: 14, bottom: 42, left: 56 };
const SCALES = { linear: scaleLinear, log: scaleLog };

export class Panel {
  /** title, x, y: texts; ratio: height / width; xScale, yScale: "linear" or "log". */
  constructor({ title, x, y, ratio = 0.78, xScale = "linear", yScale = "linear", xFormat, yFormat }) {
    this.ratio = ratio;
    this.formats = [xFormat, yFormat];
    this.kinds = [xScale, yScale];
    this.x = SCALES[xScale]();
    this.y = SCALES[yScale]();
    const clip = uniqueId("clip");
    this.heading = element("div", { class: "dlf-panel-title" }, title);
    this.node = element("div", { class: "dlf-panel" }, this.heading);
    this.svg = select(this.node).append("svg").attr("role", "group").attr("aria-label", `${title}: ${y} against ${x}`);
    this.clip = this.svg.append("clipPath").attr("id", clip).append("rect");
    const plot = this.svg.append("g").attr("transform", `translate(${MARGIN.left},${MARGIN.top})`);
    this.background = plot.append("rect").attr("class", "dlf-paper");
    this.gridlines = plot.append("g").attr("class", "dlf-grid").attr("aria-hidden", true);
    this.clipped = plot.append("g").attr("clip-path", `url(#${clip})`);
    this.xAxis = plot.append("g").attr("class", "dlf-axis");
    this.yAxis = plot.append("g").attr("class", "dlf-axis");
    this.open = plot.append("g"); // marks that may reach over the border: handles, labels
    this.xLabel = plot.append("text").attr("class", "dlf-label").attr("text-anchor", "middle").text(x);
    this.yLabel = plot.append("text").attr("class", "dlf-label").attr("text-anchor", "middle").text(y);
    this.plot = plot;
    this.layers = new Map();
  }

  resize() {
    const full = this.node.clientWidth;
    if (full < 60) return;
    this.width = full - MARGIN.left - MARGIN.right;
    this.height = Math.round(Math.min(Math.max(full * this.ratio, 220), 380)) - MARGIN.top - MARGIN.bottom;
    const height = this.height + MARGIN.top + MARGIN.bottom;
    this.svg.attr("width", full).attr("height", height).attr("viewBox", `0 0 ${full} ${height}`);
    this.clip.attr("width", this.width).attr("height", this.height);
    this.background.attr("width", this.width).attr("height", this.height);
    this.x.range([0, this.width]);
    this.y.range([this.height, 0]);
    this.xAxis.attr("transform", `translate(0,${this.height})`);
    this.xLabel.attr("x", this.width / 2).attr("y", this.height + 36);
    this.yLabel.attr("transform", `translate(-44,${this.height / 2}) rotate(-90)`);
  }

  /** Set what the axes show and draw them. */
  domain(x, y, { xLabel, yLabel, title } = {}) {
    if (!this.width) this.resize();
    if (xLabel) this.xLabel.text(xLabel);
    if (yLabel) this.yLabel.text(yLabel);
    if (title) this.heading.textContent = title;
    this.x.domain(x);
    this.y.domain(y);
    const xTicks = this.ticks(this.x, 0, this.width / 75);
    const yTicks = this.ticks(this.y, 1, this.height / 45);
    this.xAxis.call(axisBottom(this.x).tickValues(xTicks).tickFormat(this.formats[0] ?? number).tickSizeOuter(0));
    this.yAxis.call(axisLeft(this.y).tickValues(yTicks).tickFormat(this.formats[1] ?? number).tickSizeOuter(0));
    this.gridlines.selectAll("line.x").data(xTicks).join("line").attr("class", "x")
      .attr("x1", this.x).attr("x2", this.x).attr("y2", this.height);
    this.gridlines.selectAll("line.y").data(yTicks).join("line").attr("class", "y")
      .attr("y1", this.y).attr("y2", this.y).attr("x2", this.width);
  }

  /** About `count` ticks; on a logarithmic axis powers of ten, and 2 and 5 between them where there is room. */
  ticks(scale, axis, count) {
    if (this.kinds[axis] === "linear") return scale.ticks(Math.max(2, Math.floor(count)));
    const [low, high] = scale.domain();
    const first = Math.floor(Math.log10(low));
    const last = Math.ceil(Math.log10(high));
    const leading = last - first <= 2 ? [1, 2, 5] : [1];
    const every = Math.max(1, Math.ceil((last - first) / Math.max(2, count)));
    const values = [];
    for (let power = first; power <= last; power += every) {
      for (const digit of leading) values.push(digit * 10 ** power);
    }
    return values.filter((value) => value >= low && value <= high);
  }

  /** The group of a layer, made where it is first named: layers lie over each other in that order. */
  layer(name, { open = false } = {}) {
    if (!this.layers.has(name)) {
      this.layers.set(name, (open ? this.open : this.clipped).append("g").attr("class", `dlf-layer-${name}`));
    }
    return this.layers.get(name);
  }

  /** A line through points [[x, y], ...], broken where a coordinate is no number. tone: a colour's name. */
  line(name, points, { tone = "ink", dashed = false, thin = false } = {}) {
    const path = line((p) => this.x(p[0]), (p) => this.y(p[1])).defined((p) => Number.isFinite(p[0]) && Number.isFinite(p[1]));
    this.layer(name).selectAll("path").data([points]).join("path")
      .attr("class", `dlf-line dlf-tone-${tone}${dashed ? " dlf-dashed" : ""}${thin ? " dlf-thin" : ""}`)
      .attr("d", path(points) ?? "");
  }

  /** Straight pieces [[x0, y0, x1, y1], ...]. arrow: with a head at their end. */
  segments(name, pieces, { tone = "ink", dashed = false, thin = false, arrow = false } = {}) {
    const layer = this.layer(name);
    if (arrow) this.arrowHeads(layer, pieces, tone);
    layer.selectAll("line").data(pieces).join("line")
      .attr("class", `dlf-line dlf-tone-${tone}${dashed ? " dlf-dashed" : ""}${thin ? " dlf-thin" : ""}`)
      .attr("x1", (p) => this.x(p[0])).attr("y1", (p) => this.y(p[1]))
      .attr("x2", (p) => this.x(p[2])).attr("y2", (p) => this.y(p[3]));
  }

  arrowHeads(layer, pieces, tone) {
    layer.selectAll("path").data(pieces).join("path").attr("class", `dlf-head dlf-tone-${tone}`).attr("d", (p) => {
      const [x0, y0, x1, y1] = [this.x(p[0]), this.y(p[1]), this.x(p[2]), this.y(p[3])];
      const length = Math.hypot(x1 - x0, y1 - y0);
      if (!(length > 4)) return "";
      const size = Math.min(8, length / 2);
      const [ux, uy] = [((x1 - x0) / length) * size, ((y1 - y0) / length) * size];
      return `M${x1},${y1}L${x1 - ux - uy / 2},${y1 - uy + ux / 2}L${x1 - ux + uy / 2},${y1 - uy - ux / 2}Z`;
    });
  }

  /** Marks at points. shape: see marks.js; filled: whether the inside has the colour too. */
  marks(name, points, { tone = "ink", mark = "circle", radius = 4, filled = true } = {}) {
    const d = shape(mark, radius);
    const seen = points.filter((p) => Number.isFinite(p[0]) && Number.isFinite(p[1]));
    this.layer(name).selectAll("path").data(seen).join("path")
      .attr("class", markClass(mark, tone, filled))
      .attr("d", d)
      .attr("transform", (p) => `translate(${this.x(p[0])},${this.y(p[1])})`);
  }

  /** Boxes { x, y, width, height } in pixels of the plot, for what has no size in the data's units. */
  boxes(name, boxes, { tone = "ink" } = {}) {
    this.layer(name).selectAll("rect").data(boxes).join("rect").attr("class", `dlf-area dlf-tone-${tone}`)
      .attr("x", (b) => b.x).attr("y", (b) => b.y).attr("width", (b) => b.width).attr("height", (b) => b.height);
  }

  /** Level lines of values on a grid over the panel's domain, darker where the values are larger. */
  contours(name, { values, xlim, ylim, levels }, { tone = "blue" } = {}) {
    const paths = contourPaths(values, levels, xlim, ylim, this.x, this.y);
    this.layer(name).selectAll("path").data(paths).join("path").attr("class", `dlf-contour dlf-tone-${tone}`).attr("d", (d) => d);
  }

  /** A line across the plot at each { at, label }: vertical for axis "x", horizontal for "y". */
  rules(name, rules, { axis = "x", tone = "muted" } = {}) {
    const vertical = axis === "x";
    const layer = this.layer(name);
    layer.selectAll("line").data(rules).join("line").attr("class", `dlf-line dlf-dashed dlf-thin dlf-tone-${tone}`)
      .attr("x1", (r) => (vertical ? this.x(r.at) : 0)).attr("x2", (r) => (vertical ? this.x(r.at) : this.width))
      .attr("y1", (r) => (vertical ? 0 : this.y(r.at))).attr("y2", (r) => (vertical ? this.height : this.y(r.at)));
    layer.selectAll("text").data(rules).join("text").attr("class", "dlf-note").text((r) => r.label)
      .attr("x", (r) => (vertical ? this.x(r.at) + 4 : this.width - 4)).attr("text-anchor", vertical ? "start" : "end")
      .attr("y", (r) => (vertical ? 12 : this.y(r.at) - 4));
  }

  /** Short texts { x, y, text, dx, dy, anchor }. */
  notes(name, notes) {
    this.layer(name, { open: true }).selectAll("text").data(notes).join("text").attr("class", "dlf-note")
      .attr("x", (n) => this.x(n.x) + (n.dx ?? 6)).attr("y", (n) => this.y(n.y) + (n.dy ?? -6))
      .attr("text-anchor", (n) => n.anchor ?? "start").text((n) => n.text);
  }

  /**
   * Points that can be dragged with the mouse or a finger, and moved with the arrow keys (with shift: in large steps).
   *
   * points: [[x, y], ...]; move(index, x, y): what happens; label(index): what a screen reader says.
   */
  handles(name, points, { tone = "ink", mark = "circle", radius = 6, filled = true, label, move, done }) {
    const panel = this;
    const [x0, x1] = this.x.domain();
    const [y0, y1] = this.y.domain();
    const inside = (value, low, high) => Math.min(Math.max(value, Math.min(low, high)), Math.max(low, high));
    const moveTo = (index, x, y) => move(index, inside(x, x0, x1), inside(y, y0, y1));
    const seen = points.map((p, index) => ({ p, index }));
    this.layer(name, { open: true }).selectAll("path").data(seen).join((enter) =>
      enter.append("path").attr("tabindex", 0).attr(OWN_KEYS, "true").attr("role", "button").attr("aria-roledescription", "point to drag").call((path) =>
        path.call(
          drag().container(() => panel.plot.node())
            .subject((event, d) => ({ x: panel.x(d.p[0]), y: panel.y(d.p[1]) }))
            .on("start", function () { this.focus({ preventScroll: true }); this.classList.add("dlf-dragged"); })
            .on("drag", function (event, d) { this.moveTo(d.index, panel.x.invert(event.x), panel.y.invert(event.y)); })
            .on("end", function () { this.classList.remove("dlf-dragged"); this.done?.(); }),
        ).on("keydown", function (event, d) {
          const direction = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
          if (!direction) return;
          event.preventDefault();
          event.stopPropagation();
          const share = event.shiftKey ? 0.1 : 0.01;
          const [left, right] = panel.x.domain();
          const [bottom, top] = panel.y.domain();
          this.moveTo(d.index, d.p[0] + direction[0] * share * (right - left), d.p[1] + direction[1] * share * (top - bottom));
          this.done?.();
        })),
    )
      .each(function () { this.moveTo = moveTo; this.done = done; })
      .attr("class", function () {
        return `dlf-handle dlf-mark dlf-tone-${tone}${filled ? "" : " dlf-hollow"}${this.classList.contains("dlf-dragged") ? " dlf-dragged" : ""}`;
      })
      .attr("aria-label", (d) => label(d.index))
      .attr("d", shape(mark, radius))
      .attr("transform", (d) => `translate(${this.x(d.p[0])},${this.y(d.p[1])})`);
  }

  /** Call `move(x, y)` with the place in the data where the empty plot was clicked. */
  onClick(move) {
    this.background.on("click", (event) => {
      const [x, y] = pointer(event, this.plot.node());
      move(this.x.invert(x), this.y.invert(y));
    });
  }
}
