/** Shapes of marks, so that no meaning hangs on colour alone, and the legend that names them. */
import { symbol, symbolCircle, symbolCross, symbolDiamond2, symbolSquare, symbolTimes, symbolTriangle } from "d3-shape";
import { element } from "./dom.js";

const SHAPES = {
  circle: symbolCircle,
  cross: symbolTimes,
  plus: symbolCross,
  diamond: symbolDiamond2,
  square: symbolSquare,
  triangle: symbolTriangle,
};

/** The path of a mark of a radius in pixels, centred at 0. */
export const shape = (name, radius) => symbol(SHAPES[name], Math.PI * radius * radius)();

/** The classes of a mark: crosses are strokes, the others are filled or hollow. */
export const markClass = (name, tone, filled = true) =>
  `dlf-mark dlf-tone-${tone}${name === "cross" || name === "plus" ? " dlf-stroked" : filled ? "" : " dlf-hollow"}`;

/** One entry of the legend: { label, tone, mark: "circle", ... or "line", "dashed", "area", filled }. */
export function legendEntry({ label, tone, mark, filled = true }) {
  const tones = `dlf-tone-${tone}`;
  const drawing = {
    line: `<line class="dlf-line ${tones}" x1="1" y1="7" x2="23" y2="7"/>`,
    dashed: `<line class="dlf-line dlf-dashed ${tones}" x1="1" y1="7" x2="23" y2="7"/>`,
    area: `<rect class="dlf-area ${tones}" x="3" y="1" width="18" height="12"/>`,
  }[mark] ?? `<path class="${markClass(mark, tone, filled)}" transform="translate(12,7)" d="${shape(mark, 5)}"/>`;
  const entry = element("li");
  entry.innerHTML = `<svg width="24" height="14" aria-hidden="true">${drawing}</svg>`;
  entry.append(label);
  return entry;
}
