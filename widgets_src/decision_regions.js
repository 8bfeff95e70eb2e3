import { button, choice, Figure, number, slider } from "./kit/index.js";

const CLASSES = [
  { name: "blue", tone: "blue", mark: "circle" },
  { name: "orange", tone: "orange", mark: "square" },
  { name: "green", tone: "green", mark: "triangle" },
];

function render(context) {
  const figure = new Figure(context);
  const plane = figure.panel({ title: "Samples and regions", x: "x₁", y: "x₂" });
  const curves = figure.panel({ title: "Error for every k", x: "neighbours k", y: "share of wrong answers" });
  const used = CLASSES.slice(0, Math.max(...figure.get("labels")) + 1);
  figure.legend([
    ...used.map(({ name, tone, mark }) => ({ label: `class ${name} (drag)`, tone, mark })),
    { label: "new sample (drag)", tone: "ink", mark: "diamond" },
    { label: "training error", tone: "blue", mark: "line" },
    { label: "error when left out", tone: "red", mark: "dashed" },
  ]);
  figure.controls(
    slider(figure, "k", { label: "neighbours k", integer: true, range: (scene) => [1, scene.left_out_errors.length] }),
    choice(figure, "metric", { label: "distance", options: { l1: "L1 (sum of absolute values)", l2: "L2 (straight line)" } }),
    button(figure, "relabel", { label: "Wrong label", title: "Give the sample nearest to the new one another class" }),
    button(figure, "reset", { label: "Reset", title: "The first points and labels" }),
  );

  /** The region of a class, filled. */
  function region(name, grid, tone) {
    plane.contours(name, grid, { tone });
    plane.layer(name).selectAll("path").attr("class", `dlf-area dlf-tone-${tone}`);
  }

  return figure.start((scene) => {
    const [points, labels, fresh, k] = ["points", "labels", "new", "k"].map((name) => figure.get(name));
    plane.domain(scene.xlim, scene.ylim, { xLabel: figure.get("xlabel"), yLabel: figure.get("ylabel") });
    scene.regions.forEach((grid, c) => region(`region-${c}`, grid, CLASSES[c].tone));
    plane.segments("neighbors", Array.from(scene.neighbors, (i) => [...fresh, ...points[i]]), { tone: "ink", thin: true });
    CLASSES.forEach(({ name, tone, mark }, c) => {
      const own = points.map((_, i) => i).filter((i) => labels[i] === c);
      plane.handles(`class-${c}`, own.map((i) => points[i]), {
        tone,
        mark,
        label: (j) => `Sample of class ${name}, ${j + 1} of ${own.length}: ${points[own[j]].map(number).join(", ")}. Arrow keys move it.`,
        move: (j, x, y) => figure.set({ points: figure.get("points").map((p, i) => (i === own[j] ? [x, y] : p)) }),
      });
    });
    plane.handles("new", [fresh], {
      tone: "ink",
      mark: "diamond",
      radius: 7,
      label: () => `New sample at ${fresh.map(number).join(", ")}, class ${CLASSES[scene.winner].name}. Arrow keys move it.`,
      move: (_, x, y) => figure.set({ new: [x, y] }),
    });

    const series = (errors) => Array.from(errors, (error, i) => [i + 1, error]);
    const [training, leftOut] = [series(scene.training_errors), series(scene.left_out_errors)];
    const highest = Math.max(...[...training, ...leftOut].map((p) => p[1]));
    curves.domain([1, leftOut.length], [0, Math.max(0.1, 1.1 * highest)]);
    curves.rules("k", [{ at: k, label: `k = ${k}` }]);
    curves.line("training", training, { tone: "blue" });
    curves.line("left-out", leftOut, { tone: "red", dashed: true });
  });
}

export default { render };
