import assert from "node:assert/strict";
import { test } from "node:test";

import { gather } from "../../../crisismap/webmap/page/clusters.js";

const at = (x, y, weight) => ({ x, y, weight });
const shape = (groups) => groups.map((group) => group.map((point) => point.weight));

test("near points join the one with most weight, wherever the squares fall", () => {
  assert.deepEqual(shape(gather([at(39, 0, 1), at(41, 0, 5), at(200, 0, 3)], 40)), [[5, 1], [3]]);
  assert.deepEqual(shape(gather([at(-1, -1, 2), at(1, 1, 1)], 40)), [[2, 1]]);
});

test("a group stands at its first point, and what is out of reach of that stands on its own", () => {
  assert.deepEqual(shape(gather([at(0, 0, 9), at(30, 0, 5), at(60, 0, 4)], 40)), [[9, 5], [4]]);
});

test("no point is lost, and leads are out of each other's reach", () => {
  const points = Array.from({ length: 500 }, (_, i) => at((i * 7919) % 600, (i * 104729) % 600, (i * 31) % 97));
  const groups = gather(points, 40);
  assert.equal(groups.flat().length, 500);
  for (const [a] of groups) for (const [b] of groups) assert.ok(a === b || Math.hypot(a.x - b.x, a.y - b.y) >= 40);
});

test("a point that stands alone takes nobody in and joins nobody", () => {
  assert.deepEqual(shape(gather([at(0, 0, 9), at(1, 0, 5), at(2, 0, 4)], 40, (point) => point.weight === 9)), [[9], [5, 4]]);
});
