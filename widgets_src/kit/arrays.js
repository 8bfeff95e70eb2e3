/** Arrays from Python: { shape, data }, little-endian float32 that arrives as a DataView. */

function unpackArray({ shape, data }) {
  // a copy, because a view into the message need not begin at a multiple of four bytes
  const values = new Float32Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength));
  if (shape.length === 1) return values;
  const [rows, columns] = shape;
  return Array.from({ length: rows }, (_, i) => values.subarray(i * columns, (i + 1) * columns));
}

/** Replace every packed array in a nested object by a Float32Array, or by an array of rows where it has two axes. */
export function unpack(value) {
  if (Array.isArray(value)) return value.map(unpack);
  if (value === null || typeof value !== "object") return value;
  if (value.data instanceof DataView && Array.isArray(value.shape)) return unpackArray(value);
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, unpack(item)]));
}

/** [x0, x1, ...] and [y0, y1, ...] as points [[x0, y0], ...]. */
export const zip = (xs, ys) => Array.from(xs, (x, i) => [x, ys[i]]);
