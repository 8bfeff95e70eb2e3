/** Small helpers for HTML elements and numbers. */
import { format } from "d3-format";

/** JupyterLab takes the arrow keys for itself unless the element that has the focus asks it not to. */
export const OWN_KEYS = "data-lm-suppress-shortcuts";
const FOCUSABLE = ["input", "select", "button"];

/** An element with attributes and children: element("p", { class: "note" }, "text"). */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  if (FOCUSABLE.includes(tag)) node.setAttribute(OWN_KEYS, "true");
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== null) node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

const plain = format(".3~g");
const scientific = format(".2~e");

/** Three significant digits with a true minus sign; powers of ten only where the number needs them. */
export function number(value) {
  if (value === null || value === undefined || !Number.isFinite(value)) return "—";
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-3 || size >= 1e5) ? scientific(value) : size >= 1000 ? format(",.0f")(value) : plain(value);
}

// each bundle has a copy of this module, so a counter alone would give two kinds of figures the same ids
const bundle = Math.random().toString(36).slice(2, 8);
let counter = 0;

/** An id that no other figure on the page has. */
export const uniqueId = (prefix) => `dlf-${prefix}-${bundle}-${++counter}`;
