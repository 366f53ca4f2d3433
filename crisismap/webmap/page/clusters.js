// Marks that would stand on one another are drawn as one, at the place that has most mentions: never at a
// point between places, where nothing is said to have happened.

/**
 * Groups of points { x, y, weight } in pixels: [[lead, ...others]], by weight.  A point joins the first lead, the one with
 * most weight, within `reach` pixels; `apart` says which points always stand alone.
 */
export function gather(points, reach, apart = () => false) {
  const sorted = [...points].sort((a, b) => b.weight - a.weight);
  const cells = new Map(); // leads by square of `reach` pixels
  const groups = [];
  const key = (column, row) => column * 1e7 + row;
  for (const point of sorted) {
    const column = Math.floor(point.x / reach);
    const row = Math.floor(point.y / reach);
    let home = null;
    if (!apart(point)) {
      for (let c = column - 1; c <= column + 1; c++) {
        for (let r = row - 1; r <= row + 1; r++) {
          for (const group of cells.get(key(c, r)) || []) {
            const near = Math.hypot(group[0].x - point.x, group[0].y - point.y) < reach;
            if (near && (!home || group[0].weight > home[0].weight)) home = group;
          }
        }
      }
    }
    if (home) {
      home.push(point);
      continue;
    }
    const group = [point];
    groups.push(group);
    if (apart(point)) continue;
    if (!cells.has(key(column, row))) cells.set(key(column, row), []);
    cells.get(key(column, row)).push(group);
  }
  return groups;
}
