import { button, Figure, slider } from "./kit/index.js";

function render(context) {
  const figure = new Figure(context);
  const plane = figure.panel({ title: "What is believed of every line", x: "intercept θ₀", y: "slope θ₁" });
  const data = figure.panel({ title: "Data and prediction", x: "x", y: "y" });
  figure.legend([
    { label: "prior", tone: "blue", mark: "dashed" },
    { label: "likelihood", tone: "red", mark: "dashed" },
    { label: "posterior", tone: "orange", mark: "line" },
    { label: "MAP and its line", tone: "orange", mark: "diamond" },
    { label: "maximum likelihood", tone: "ink", mark: "cross" },
    { label: "points that have arrived", tone: "blue", mark: "circle" },
  ]);
  figure.controls(
    slider(figure, "tau", {
      label: "width of the prior τ", log: true, range: (scene) => scene.tau_range,
      marks: (scene) => [{ at: scene.tau_range[0] * 1.6, label: "the prior rules" }, { at: scene.tau_range[1] / 1.6, label: "MLE" }],
    }),
  );
  figure.controls(
    slider(figure, "seen", { label: "points that have arrived", integer: true, range: (scene) => [0, scene.count] }),
    button(figure, "next_point", { label: "Next point", title: "Let one more point arrive; after the last one begin again" }),
  );

  return figure.start((scene) => {
    const rows = (table) => table.map((row) => Array.from(row));
    plane.domain(scene.plane, scene.plane);
    plane.line("prior", rows(scene.prior), { tone: "blue", dashed: true });
    plane.line("likelihood", rows(scene.likelihood), { tone: "red", dashed: true, thin: true });
    plane.line("posterior", rows(scene.posterior), { tone: "orange" });
    plane.marks("mle", scene.mle ? [scene.mle] : [], { mark: "cross", radius: 5 });
    plane.marks("map", [scene.map], { tone: "orange", mark: "diamond", radius: 5 });

    data.domain(scene.xlim, scene.ylim, { xLabel: figure.get("xlabel"), yLabel: figure.get("ylabel") });
    data.line("band", rows(scene.band), { tone: "orange", thin: true, dashed: true });
    data.line("line", rows(scene.line), { tone: "orange" });
    data.marks("points", rows(scene.points), { tone: "blue", radius: 4.6 });
  });
}

export default { render };
