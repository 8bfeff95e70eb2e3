import { choice, Figure, number, player, slider, zip } from "./kit/index.js";

function render(context) {
  const figure = new Figure(context);
  const plane = figure.panel({ title: "The curve and the steps", x: "x", y: "f(x)" });
  const values = figure.panel({ title: "Value after each step", x: "step", y: "f(x)" });
  figure.legend([
    { label: "steps of the descent", tone: "orange", mark: "circle" },
    { label: "start (drag me)", tone: "orange", mark: "square" },
    { label: "step shown", tone: "red", mark: "diamond" },
    { label: "its tangent", tone: "red", mark: "dashed" },
  ]);
  figure.controls(
    slider(figure, "lr", {
      label: "learning rate η",
      log: true,
      range: [0.005, 2],
      marks: (scene) => (scene.border === null ? [] : [{ at: scene.border / 2, label: "1/L" }, { at: scene.border, label: "2/L" }]),
    }),
  );
  figure.controls(
    choice(figure, "curve", { label: "curve", options: { parabola: "x²", "two valleys": "two valleys", "absolute value": "|x|" } }),
    slider(figure, "steps", { label: "steps", integer: true, range: [1, 100] }),
  );
  figure.controls(player(figure, { last: (scene) => scene.path.length - 1 }));

  return figure.start((scene) => {
    const path = zip(scene.path, scene.values);
    const step = Math.min(figure.get("step"), path.length - 1);
    const [x, fx] = path[step];
    const [left, right] = scene.xlim;
    const heights = scene.points.map((p) => p[1]);
    const [low, high] = [Math.min(...heights), Math.max(...heights)];
    const tangent = (at) => fx + scene.slopes[step] * (at - x);
    plane.domain(scene.xlim, [low - 0.08 * (high - low), high], { title: `f(x) = ${scene.formula}` });
    plane.line("curve", scene.points.map((row) => Array.from(row)), { tone: "blue" });
    plane.line("tangent", [[left, tangent(left)], [right, tangent(right)]], { tone: "red", dashed: true, thin: true });
    plane.line("path", path.slice(0, step + 1), { tone: "orange", thin: true });
    plane.marks("points", path.slice(0, step + 1), { tone: "orange", radius: 3 });
    plane.marks("now", [[x, fx]], { tone: "red", mark: "diamond", radius: 5 });
    plane.handles("start", [path[0]], {
      tone: "orange", mark: "square", radius: 6,
      label: () => `Start of the descent: ${number(figure.get("start"))}. Arrow keys left and right move it.`,
      move: (_, at) => figure.set({ start: at }),
    });

    const curve = path.map((p, k) => [k, p[1]]);
    const [least, most] = [Math.min(...scene.values), Math.max(...scene.values)];
    const margin = 0.06 * (most - least || 1);
    values.domain([0, Math.max(path.length - 1, 1)], [least - margin, most + margin]);
    values.line("values", curve, { tone: "orange", thin: true });
    values.marks("dots", curve, { tone: "orange", radius: 2.6 });
    values.marks("now", [curve[step]], { tone: "red", mark: "diamond", radius: 5 });
  });
}

export default { render };
