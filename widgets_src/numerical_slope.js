import { choice, Figure, number, slider, zip } from "./kit/index.js";

const FLOOR = 1e-17; // an error of 0 has no place on a logarithmic axis
const POWERS = (value) => `1e${Math.round(Math.log10(value))}`;
const HEIGHTS = (value) => String(Number(value.toFixed(2))).replace("-", "−"); // 999.5 and 1000.5 need their last digit
const METHODS = { forward: ["orange", "circle"], central: ["purple", "diamond"], "complex step": ["blue", "triangle"] };

function render(context) {
  const figure = new Figure(context);
  const plane = figure.panel({ title: "Curve, tangent and secants", x: "x", y: "f(x)", yFormat: HEIGHTS });
  const errors = figure.panel({
    title: "Error of the estimated slope", x: "step h", y: "relative error", xScale: "log", yScale: "log", xFormat: POWERS, yFormat: POWERS,
  });
  figure.legend([
    { label: "point (drag me)", tone: "red", mark: "square" },
    { label: "tangent", tone: "red", mark: "dashed" },
    { label: "forward difference", tone: "orange", mark: "circle" },
    { label: "central difference", tone: "purple", mark: "diamond" },
    { label: "complex step", tone: "blue", mark: "triangle" },
  ]);
  figure.controls(slider(figure, "h", { label: "step h", log: true, range: [1e-15, 1] }));
  figure.controls(
    choice(figure, "curve", {
      label: "curve",
      options: { sine: "sin x", exponential: "eˣ", "fast sine": "sin 8x", "lifted sine": "1000 + sin x" },
    }),
    slider(figure, "x", { label: "point x", range: [-2, 2] }),
  );

  return figure.start((scene) => {
    const [x, h] = [figure.get("x"), figure.get("h")];
    const [left, right] = scene.xlim;
    const heights = scene.points.map((p) => p[1]);
    const [low, high] = [Math.min(...heights), Math.max(...heights)];
    const margin = 0.15 * (high - low);
    const through = (height, slope) => [left, right].map((at) => [at, height + slope * (at - x)]);
    plane.domain(scene.xlim, [low - margin, high + margin], { title: `f(x) = ${scene.formula}` });
    plane.line("curve", scene.points.map((row) => Array.from(row)), { tone: "blue" });
    plane.line("forward", through(scene.value, scene.forward), { tone: "orange", thin: true });
    plane.line("central", through((scene.left + scene.right) / 2, scene.central), { tone: "purple", thin: true });
    plane.line("tangent", through(scene.value, scene.slope), { tone: "red", dashed: true, thin: true });
    plane.marks("ends", [[x - h, scene.left], [x + h, scene.right]], { tone: "purple", mark: "diamond", radius: 4.5 });
    plane.marks("end", [[x + h, scene.right]], { tone: "orange", radius: 3 });
    plane.handles("point", [[x, scene.value]], {
      tone: "red", mark: "square", radius: 6,
      label: () => `The point x = ${number(x)}. Arrow keys left and right move it.`,
      move: (_, at) => figure.set({ x: Math.min(Math.max(at, -2), 2) }),
    });

    errors.domain([1e-15, 1], [FLOOR / 2, 10]);
    errors.rules("now", [{ at: h, label: `h = ${number(h)}` }]);
    for (const [name, [tone, mark]] of Object.entries(METHODS)) {
      const curve = zip(scene.steps, scene.errors[name]).map(([step, error]) => [step, Math.max(error, FLOOR)]);
      errors.line(name, curve, { tone, thin: true });
      errors.marks(`${name}-now`, [[h, Math.max(scene.error[name], FLOOR)]], { tone, mark, radius: 5 });
    }
  });
}

export default { render };
