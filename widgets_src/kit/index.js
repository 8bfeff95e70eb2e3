export { zip } from "./arrays.js";
export { button, choice, slider, toggle } from "./controls.js";
export { number } from "./dom.js";
export { Figure } from "./figure.js";
export { player } from "./player.js";
