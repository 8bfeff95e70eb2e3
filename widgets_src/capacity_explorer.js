import { Figure, number, slider } from "./kit/index.js";

function render(context) {
  const figure = new Figure(context);
  const plane = figure.panel({ title: "Data and polynomial", x: "x", y: "y" });
  const curves = figure.panel({ title: "Error of every degree", x: "degree", y: "mean squared error", yScale: "log" });
  figure.legend([
    { label: "training data and error", tone: "blue", mark: "circle" },
    { label: "test data and error", tone: "red", mark: "triangle" },
    { label: "fitted polynomial", tone: "orange", mark: "line" },
  ]);
  figure.controls(
    slider(figure, "degree", { label: "degree", integer: true, range: (scene) => [0, scene.train_errors.length - 1] }),
    slider(figure, "strength", {
      label: "ridge penalty λ", log: true, range: [1e-8, 1], show: (value) => (value === 0 ? "0" : number(value)),
    }),
  );

  return figure.start((scene) => {
    const degree = figure.get("degree");
    const rows = (table) => table.map((row) => Array.from(row));
    plane.domain(scene.xlim, scene.ylim);
    plane.line("curve", rows(scene.curve), { tone: "orange" });
    plane.marks("test", rows(scene.test), { tone: "red", mark: "triangle", radius: 3.4 });
    plane.marks("train", rows(scene.train), { tone: "blue", radius: 4.6 });

    const series = (errors) => Array.from(errors, (error, d) => [d, Math.max(error, 1e-12)]);
    const [train, test] = [series(scene.train_errors), series(scene.test_errors)];
    const all = [...train, ...test].map((p) => p[1]);
    curves.domain([0, train.length - 1], [Math.min(...all) * 0.6, Math.max(...all) * 1.6]);
    curves.rules("degree", [{ at: degree, label: `degree ${degree}` }]);
    curves.line("train", train, { tone: "blue", thin: true });
    curves.line("test", test, { tone: "red", thin: true });
    curves.marks("train-dots", train, { tone: "blue", radius: 3.6 });
    curves.marks("test-dots", test, { tone: "red", mark: "triangle", radius: 4 });
  });
}

export default { render };
