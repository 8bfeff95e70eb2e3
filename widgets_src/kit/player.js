/** Play, step and scrub through a trajectory that is all here: the kernel is not asked while it moves. */
import { button } from "./controls.js";
import { element } from "./dom.js";

const PACE = 12; // steps in a second

/**
 * Controls for the step that is shown: the state's value `name`, from 0 to last(scene).
 *
 * While it plays only the browser knows the step; Python is told where it stops.
 */
export function player(figure, { name = "step", last, label = "step" }) {
  const scrub = element("input", { type: "range", min: 0, class: "dlf-range", "aria-label": label, "data-name": name });
  const output = element("output", { class: "dlf-value dlf-steps" });
  let running;
  const current = () => Math.min(figure.get(name), last(figure.scene));
  const show = (step) => { figure.model.set(name, step); figure.redraw(); };
  const stop = () => {
    if (running === undefined) return;
    cancelAnimationFrame(running);
    running = undefined;
    figure.model.save_changes();
    figure.redraw();
  };
  const goTo = (step) => {
    stop();
    show(Math.min(Math.max(step, 0), last(figure.scene)));
    figure.model.save_changes();
  };
  const play = () => {
    if (running !== undefined) return stop();
    let shown = current() >= last(figure.scene) ? 0 : current();
    let then;
    const tick = (now) => {
      then ??= now;
      const steps = Math.floor(((now - then) / 1000) * PACE * Number(speed.value));
      if (steps > 0) {
        then = now;
        shown = Math.min(shown + steps, last(figure.scene));
        show(shown);
      }
      running = requestAnimationFrame(tick);
      if (shown >= last(figure.scene)) stop();
    };
    show(shown);
    running = requestAnimationFrame(tick);
  };
  const playButton = button(figure, "play", { label: "▶", title: "Play", press: play });
  const speed = element("select", { class: "dlf-select", "aria-label": "Speed" },
    ...[["0.25", "¼×"], ["0.5", "½×"], ["1", "1×"], ["2", "2×"], ["4", "4×"]].map(([value, text]) => element("option", { value }, text)));
  speed.value = "1";
  scrub.addEventListener("input", () => goTo(Number(scrub.value)));
  figure.updates.push((scene) => {
    const end = last(scene) ?? 0;
    const step = Math.min(figure.get(name), end);
    scrub.max = end;
    scrub.value = step;
    scrub.setAttribute("aria-valuetext", `${label} ${step} of ${end}`);
    output.textContent = `${label} ${step} of ${end}`;
    const playing = running !== undefined;
    playButton.textContent = playing ? "⏸" : "▶";
    playButton.title = playing ? "Pause" : "Play";
    playButton.setAttribute("aria-label", playButton.title);
  });
  figure.cleanups.push(() => cancelAnimationFrame(running));
  return element("div", { class: "dlf-player", role: "group", "aria-label": "Playback" },
    button(figure, "first", { label: "|◂", title: "To the start", press: () => goTo(0) }),
    button(figure, "back", { label: "◂", title: "One step back", press: () => goTo(current() - 1) }),
    playButton,
    button(figure, "forward", { label: "▸", title: "One step on", press: () => goTo(current() + 1) }),
    scrub, output, speed);
}
