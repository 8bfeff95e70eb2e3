import { button, Figure, number, slider } from "./kit/index.js";

function render(context) {
  const figure = new Figure(context);
  const plane = figure.panel({ title: "Data and Gaussian", x: "x", y: "density" });
  const surface = figure.panel({ title: "Log likelihood of every Gaussian", x: "mean μ", y: "standard deviation σ" });
  figure.legend([
    { label: "measurement", tone: "blue", mark: "circle" },
    { label: "its density", tone: "red", mark: "dashed" },
    { label: "the Gaussian (drag)", tone: "orange", mark: "square" },
    { label: "most likely", tone: "ink", mark: "cross" },
  ]);
  figure.controls(
    slider(figure, "mu", { label: "mean μ", range: (scene) => scene.surface.xlim }),
    slider(figure, "sigma", { label: "standard deviation σ", range: (scene) => scene.surface.ylim }),
    button(figure, "most_likely", { label: "✕ Most likely", title: "Take the Gaussian with the largest likelihood" }),
  );

  return figure.start((scene) => {
    const [mu, sigma] = [figure.get("mu"), figure.get("sigma")];
    const unit = figure.get("unit");
    const named = (text) => (unit ? `${text} (${unit})` : text);
    const points = scene.points.map((row) => Array.from(row));
    plane.domain(scene.xlim, scene.ylim, { xLabel: named(figure.get("xlabel")), yLabel: unit ? `density (1/${unit})` : "density" });
    plane.segments("densities", points.map(([x, height]) => [x, 0, x, height]), { tone: "red", dashed: true });
    plane.line("curve", scene.curve.map((row) => Array.from(row)), { tone: "orange" });
    plane.marks("tops", points, { tone: "red", radius: 2.6 });
    plane.marks("points", points.map(([x]) => [x, 0]), { tone: "blue", radius: 4.6 });

    surface.domain(scene.surface.xlim, scene.surface.ylim, { xLabel: named("mean μ"), yLabel: named("standard deviation σ") });
    surface.contours("levels", scene.surface);
    surface.marks("best", [scene.best], { mark: "cross", radius: 5 });
    surface.handles("gaussian", [[mu, sigma]], {
      tone: "orange", mark: "square", radius: 7,
      label: () => `The Gaussian: mean ${number(mu)}, standard deviation ${number(sigma)}. Arrow keys move it.`,
      move: (_, x, y) => figure.set({ mu: x, sigma: y }),
    });
  });
}

export default { render };
