import { Figure, number, player, slider, toggle } from "./kit/index.js";

function render(context) {
  const figure = new Figure(context);
  const bowl = figure.panel({ title: "Cost of every line", x: "intercept θ₀", y: "slope θ₁" });
  const curve = figure.panel({ title: "Cost after each step", x: "step", y: "cost L", yScale: "log" });
  figure.legend([
    { label: "path of the descent", tone: "orange", mark: "circle" },
    { label: "start (drag me)", tone: "orange", mark: "square" },
    { label: "step shown", tone: "red", mark: "diamond" },
    { label: "least squares", tone: "ink", mark: "cross" },
  ]);
  figure.controls(
    slider(figure, "lr", {
      label: "learning rate η",
      log: true,
      range: (scene) => scene.lr_range,
      marks: (scene) => [{ at: scene.border / 2, label: "1/L" }, { at: scene.border, label: "2/L" }],
    }),
  );
  figure.controls(
    slider(figure, "steps", { label: "steps", integer: true, range: [1, 300] }),
    slider(figure, "start", { label: "start θ₀", index: 0, range: (scene) => scene.bowl.xlim }),
    slider(figure, "start", { label: "start θ₁", index: 1, range: (scene) => scene.bowl.ylim }),
    toggle(figure, "standardize", { label: "standardise x" }),
  );
  figure.controls(player(figure, { last: (scene) => scene.path.length - 1 }));

  return figure.start((scene) => {
    const path = scene.path.map((row) => Array.from(row));
    const step = Math.min(figure.get("step"), path.length - 1);
    const unit = figure.get("unit");
    bowl.domain(scene.bowl.xlim, scene.bowl.ylim, { yLabel: figure.get("standardize") ? "slope θ₁ (x standardised)" : "slope θ₁" });
    bowl.contours("cost", scene.bowl);
    bowl.line("path", path, { tone: "orange", thin: true });
    bowl.marks("points", path, { tone: "orange", radius: 2.6 });
    bowl.marks("best", [scene.best], { mark: "cross", radius: 5 });
    bowl.marks("now", [path[step]], { tone: "red", mark: "diamond", radius: 5 });
    bowl.handles("start", [figure.get("start")], {
      tone: "orange", mark: "square", radius: 6,
      label: () => `Start of the descent: intercept ${number(figure.get("start")[0])}, slope ${number(figure.get("start")[1])}. Arrow keys move it.`,
      move: (_, x, y) => figure.set({ start: [x, y] }),
    });

    const costs = Array.from(scene.costs, (cost, k) => [k, cost]).filter(([, cost]) => cost > 0);
    const values = [scene.best_cost, ...costs.map((p) => p[1])];
    const low = Math.max(Math.min(...values), Math.max(...values) * 1e-12);
    curve.domain([0, Math.max(path.length - 1, 1)], [low * 0.7, Math.max(...values) * 1.5], { yLabel: unit ? `cost L (${unit})` : "cost L" });
    curve.rules("best", [{ at: scene.best_cost, label: "least squares" }].filter(({ at }) => at >= low), { axis: "y" });
    curve.line("costs", costs, { tone: "orange" });
    curve.marks("now", costs.filter(([k]) => k === step), { tone: "red", mark: "diamond", radius: 5 });
  });
}

export default { render };
