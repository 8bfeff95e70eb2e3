/** The frame of every interactive figure: title, legend, panels, controls, status line, caption. */
import { unpack } from "./arrays.js";
import { element, uniqueId } from "./dom.js";
import { legendEntry } from "./marks.js";
import { Panel } from "./panel.js";

const PATIENCE = 2000; // milliseconds without an answer after which the status line says that the kernel is busy

/**
 * One figure that belongs to a widget model.
 *
 * A widget makes its panels and controls once, then gives `start` a function that draws the state:
 *
 *     const figure = new Figure(context);
 *     const panel = figure.panel({ x: "x", y: "f(x)" });
 *     figure.controls(slider(figure, "lr", { label: "learning rate η" }));
 *     return figure.start((scene) => { panel.line("curve", scene.curve); });
 *
 * `draw` runs in one animation frame after any change of the state or of the size, however many changes there were.
 */
export class Figure {
  constructor({ model, el }) {
    this.model = model;
    this.cleanups = [];
    this.panels = [];
    this.updates = []; // functions that bring the controls up to date before each drawing
    const titleId = uniqueId("title");
    const captionId = uniqueId("caption");
    this.title = element("div", { class: "dlf-title", id: titleId });
    this.legendRow = element("ul", { class: "dlf-legend", "aria-label": "Legend" });
    this.panelRow = element("div", { class: "dlf-panels" });
    this.controlRow = element("div", { class: "dlf-controls" });
    this.status = element("div", { class: "dlf-status", role: "status", "aria-live": "polite" });
    this.caption = element("figcaption", { class: "dlf-caption", id: captionId });
    this.root = element(
      "figure",
      { class: "dlf", role: "group", "aria-labelledby": titleId, "aria-describedby": captionId },
      this.title, this.legendRow, this.panelRow, this.controlRow, this.status, this.caption,
    );
    el.append(this.root);
  }

  /** A drawing area with axes; see Panel. */
  panel(options) {
    const panel = new Panel(options);
    this.panels.push(panel);
    this.panelRow.append(panel.node);
    return panel;
  }

  legend(entries) {
    this.legendRow.replaceChildren(...entries.map(legendEntry));
  }

  controls(...nodes) {
    this.controlRow.append(element("div", { class: "dlf-control-line" }, ...nodes));
  }

  get(name) {
    return this.model.get(name);
  }

  /** Change the state here and in Python, and draw without waiting for the answer. */
  set(changes) {
    this.model.set(changes);
    this.model.save_changes();
    this.expectAnswer();
    this.redraw();
  }

  /** Ask Python to do something that is no change of a value: a button. */
  ask(action) {
    this.model.send({ do: action });
    this.expectAnswer();
  }

  expectAnswer() {
    this.waiting ??= setTimeout(() => this.root.classList.add("dlf-waiting"), PATIENCE);
  }

  answered() {
    clearTimeout(this.waiting);
    this.waiting = undefined;
    this.root.classList.remove("dlf-waiting");
  }

  on(event, handler) {
    this.model.on(event, handler);
    this.cleanups.push(() => this.model.off(event, handler));
  }

  /** What Python computed. Where it could not, the last good scene stays, faded, under the message. */
  readScene() {
    const scene = unpack(this.get("scene"));
    this.scene = scene.empty ? { ...this.scene, ...scene, drawable: this.scene?.drawable ?? false } : { ...scene, drawable: true };
  }

  redraw() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      this.drawNow();
    });
  }

  drawNow() {
    const { scene } = this;
    const begin = performance.now();
    this.title.textContent = this.get("title");
    this.caption.textContent = this.get("caption");
    this.root.classList.toggle("dlf-bad", Boolean(scene.message));
    this.root.classList.toggle("dlf-stale", Boolean(scene.empty));
    this.root.classList.toggle("dlf-blank", !scene.drawable);
    if (scene.drawable) {
      for (const update of this.updates) update(scene);
      this.draw(scene);
    }
    const text = scene.message ? `⚠ ${scene.message}` : scene.status ?? "";
    if (this.status.textContent !== text) this.status.textContent = text;
    this.root.dataset.serial = scene.serial ?? 0;
    this.root.dataset.drawing = (performance.now() - begin).toFixed(2); // milliseconds of script, for measurements
  }

  /** Begin to draw. Returns the function that ends it, as anywidget wants it from `render`. */
  start(draw) {
    this.draw = draw;
    this.readScene();
    this.on("change", () => this.redraw());
    this.on("change:scene", () => {
      this.answered();
      this.readScene();
    });
    const observer = new ResizeObserver(() => {
      for (const panel of this.panels) panel.resize();
      this.redraw();
    });
    observer.observe(this.panelRow);
    this.redraw();
    return () => {
      observer.disconnect();
      cancelAnimationFrame(this.frame);
      clearTimeout(this.waiting);
      for (const cleanup of this.cleanups) cleanup();
    };
  }
}
