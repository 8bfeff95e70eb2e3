/** Level lines of a function that Python has evaluated on a regular grid. */
import { contours } from "d3-contour";

/**
 * The path of the region above each level, in pixels.
 *
 * values: rows over y, columns over x, evaluated at the grid's nodes from xlim[0] to xlim[1] and ylim[0] to ylim[1].
 */
export function contourPaths(values, levels, xlim, ylim, xScale, yScale) {
  const [rows, columns] = [values.length, values[0].length];
  const flat = new Float64Array(rows * columns);
  values.forEach((row, i) => flat.set(row, i * columns));
  // d3-contour takes each value for a cell whose centre is at + 0.5
  const x = (i) => xScale(xlim[0] + ((i - 0.5) / (columns - 1)) * (xlim[1] - xlim[0])).toFixed(1);
  const y = (j) => yScale(ylim[0] + ((j - 0.5) / (rows - 1)) * (ylim[1] - ylim[0])).toFixed(1);
  const ring = (points) => `M${points.map(([i, j]) => `${x(i)},${y(j)}`).join("L")}Z`;
  return contours().size([columns, rows]).thresholds(levels)(flat)
    .map(({ coordinates }) => coordinates.map((polygon) => polygon.map(ring).join("")).join(""));
}
