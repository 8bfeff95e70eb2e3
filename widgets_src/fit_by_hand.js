import { button, choice, Figure, number, toggle } from "./kit/index.js";

const NAMES = { l2: "mean squared error", l1: "mean absolute error" };

function render(context) {
  const figure = new Figure(context);
  const plane = figure.panel({ title: "Data and line", x: "x", y: "y" });
  const bowl = figure.panel({ title: "Cost of every line", x: "intercept θ₀", y: "slope θ₁" });
  figure.legend([
    { label: "data (drag)", tone: "blue", mark: "circle" },
    { label: "line, by its ends (drag)", tone: "orange", mark: "square" },
    { label: "residual", tone: "red", mark: "dashed" },
    { label: "least squares (L2)", tone: "ink", mark: "cross" },
    { label: "least absolute (L1)", tone: "purple", mark: "diamond" },
  ]);
  figure.controls(
    button(figure, "least_squares", { label: "✕ Least squares (L2)", title: "Lay the line where the mean squared error is least" }),
    button(figure, "least_absolute", { label: "◆ Least absolute (L1)", title: "Lay the line where the mean absolute error is least" }),
    button(figure, "add_outlier", { label: "Add an outlier", title: "Add a point far off the line" }),
    button(figure, "reset", { label: "Reset", title: "The first points and the first line" }),
    choice(figure, "loss", { label: "cost", options: { l2: "squared error (L2)", l1: "absolute error (L1)" } }),
    toggle(figure, "squares", { label: "draw squares" }),
  );

  /** A square on each residual, as wide as it is high, towards the emptier side. */
  function residualSquares(points, at) {
    return points.map(([x, y]) => {
      const [px, top, bottom] = [plane.x(x), ...[plane.y(y), plane.y(at(x))].sort((a, b) => a - b)];
      const side = bottom - top;
      return { x: px + side < plane.width ? px : px - side, y: top, width: side, height: side };
    });
  }

  return figure.start((scene) => {
    const points = figure.get("points");
    const [intercept, slope] = [figure.get("intercept"), figure.get("slope")];
    const loss = figure.get("loss");
    const at = (x) => intercept + slope * x;
    const [left, right] = scene.xlim;
    plane.domain(scene.xlim, scene.ylim, { xLabel: figure.get("xlabel"), yLabel: figure.get("ylabel") });
    plane.boxes("squares", figure.get("squares") && loss === "l2" ? residualSquares(points, at) : [], { tone: "red" });
    plane.line("l1", [[left, scene.l1[0] + scene.l1[1] * left], [right, scene.l1[0] + scene.l1[1] * right]], { tone: "purple", thin: true, dashed: true });
    plane.line("l2", [[left, scene.l2[0] + scene.l2[1] * left], [right, scene.l2[0] + scene.l2[1] * right]], { tone: "ink", thin: true, dashed: true });
    plane.segments("residuals", points.map(([x, y]) => [x, y, x, at(x)]), { tone: "red", dashed: true });
    plane.line("line", [[left, at(left)], [right, at(right)]], { tone: "orange" });
    plane.handles("points", points, {
      tone: "blue",
      label: (i) => `Point ${i + 1} of ${points.length}: ${number(points[i][0])}, ${number(points[i][1])}. Arrow keys move it.`,
      move: (i, x, y) => figure.set({ points: figure.get("points").map((p, k) => (k === i ? [x, y] : p)) }),
    });
    const ends = [0.06, 0.94].map((share) => left + share * (right - left));
    plane.handles("ends", ends.map((x) => [x, at(x)]), {
      tone: "orange",
      mark: "square",
      label: (i) => `${i ? "Right" : "Left"} end of the line, at height ${number(at(ends[i]))}. Arrow keys up and down move it.`,
      move: (i, _, y) => {
        const other = at(ends[1 - i]); // the end that stays: read before the change
        const turned = (y - other) / (ends[i] - ends[1 - i]);
        figure.set({ slope: turned, intercept: other - turned * ends[1 - i] });
      },
    });

    bowl.domain(scene.bowl.xlim, scene.bowl.ylim, { title: `Cost of every line (${NAMES[loss]})` });
    bowl.contours("cost", scene.bowl);
    bowl.marks("l2", [scene.l2], { mark: "cross", radius: 5 });
    bowl.marks("l1", [scene.l1], { tone: "purple", mark: "diamond", radius: 5 });
    bowl.handles("line", [[intercept, slope]], {
      tone: "orange",
      mark: "square",
      radius: 7,
      label: () => `The line on the cost bowl: intercept ${number(intercept)}, slope ${number(slope)}. Arrow keys move it.`,
      move: (_, x, y) => figure.set({ intercept: x, slope: y }),
    });
  });
}

export default { render };
