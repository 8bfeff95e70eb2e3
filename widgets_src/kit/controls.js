/** Sliders, choices, switches and buttons, each bound to a value of the widget's state in both directions. */
import { element, number, uniqueId } from "./dom.js";

const STEPS = 1000; // positions of a slider over real numbers

/** Read and write a value of the state, or one entry of a list in it. */
function binding(figure, name, index) {
  if (index === undefined) return { get: () => figure.get(name), set: (value) => figure.set({ [name]: value }) };
  return {
    get: () => figure.get(name)[index],
    set: (value) => figure.set({ [name]: figure.get(name).map((old, i) => (i === index ? value : old)) }),
  };
}

/**
 * A slider for a number of the state.
 *
 * label: its text; range: [low, high], or a function of the scene that returns it; integer, log: its scale;
 * index: which entry, where the value is a list; marks: scene -> [{ at, label }], places to know; show: the value as text.
 */
export function slider(figure, name, { label, range, integer = false, log = false, index, marks, show = number }) {
  const value = binding(figure, name, index);
  const id = uniqueId(name);
  const input = element("input", { type: "range", id, class: "dlf-range", "data-name": index === undefined ? name : `${name}-${index}` });
  const output = element("output", { for: id, class: "dlf-value" });
  const ticks = element("div", { class: "dlf-ticks", "aria-hidden": "true" });
  const node = element("div", { class: "dlf-slider" },
    element("label", { for: id }, label), element("div", { class: "dlf-track" }, input, ticks), output);
  let [low, high] = [0, 1];
  const toPosition = (v) => (log ? (Math.log(v) - Math.log(low)) / (Math.log(high) - Math.log(low)) : (v - low) / (high - low));
  const fromPosition = (p) => {
    const exact = log ? Math.exp(Math.log(low) + p * (Math.log(high) - Math.log(low))) : low + p * (high - low);
    return integer ? Math.round(exact) : Number(exact.toPrecision(4));
  };
  input.min = 0;
  input.addEventListener("input", () => value.set(fromPosition(Number(input.value) / Number(input.max))));
  figure.updates.push((scene) => {
    const limits = typeof range === "function" ? range(scene) : range;
    if (!limits) return;
    [low, high] = limits;
    input.max = integer ? Math.max(1, high - low) : STEPS;
    const current = value.get();
    const position = current === null || (log && current <= 0) ? 0 : Math.min(Math.max(toPosition(current), 0), 1);
    const place = String(Math.round(position * Number(input.max)));
    if (input.value !== place && fromPosition(Number(input.value) / Number(input.max)) !== current) input.value = place;
    output.textContent = show(current);
    input.setAttribute("aria-valuetext", `${label}: ${show(current)}`);
    const places = (marks?.(scene) ?? []).map((mark) => ({ ...mark, share: toPosition(mark.at) }));
    ticks.replaceChildren(...places.filter(({ share }) => share >= 0 && share <= 1).map(({ share, label: text }) =>
      element("span", { class: "dlf-tick", style: `left: calc(8px + ${share} * (100% - 16px))` }, text)));
    node.classList.toggle("dlf-with-ticks", places.length > 0);
  });
  return node;
}

/** A choice of one of several: options { value: text }. */
export function choice(figure, name, { label, options }) {
  const id = uniqueId(name);
  const box = element("select", { id, class: "dlf-select", "data-name": name },
    ...Object.entries(options).map(([value, text]) => element("option", { value }, text)));
  box.addEventListener("change", () => figure.set({ [name]: box.value }));
  figure.updates.push(() => { box.value = figure.get(name); });
  return element("div", { class: "dlf-choice" }, element("label", { for: id }, label), box);
}

/** A switch for a value that is true or false. */
export function toggle(figure, name, { label }) {
  const box = element("input", { type: "checkbox", "data-name": name });
  box.addEventListener("change", () => figure.set({ [name]: box.checked }));
  figure.updates.push(() => { box.checked = figure.get(name); });
  return element("label", { class: "dlf-toggle" }, box, label);
}

/** A button. press: what it does; or, where it is missing, what Python is asked to do by that name. */
export function button(figure, name, { label, title, press }) {
  const node = element("button", { type: "button", class: "dlf-button", "data-name": name, title }, label);
  node.addEventListener("click", press ?? (() => figure.ask(name)));
  return node;
}
