import assert from "node:assert/strict";
import { test } from "node:test";

import { decodeWorld, ringArea } from "../../../crisismap/webmap/page/topology.js";

const square = [[0, 0], [10, 0], [0, 10], [-10, 0], [0, -10]]; // as differences

function topology() {
  return {
    transform: { scale: [0.5, 0.5], translate: [20, 40] },
    arcs: [square, [[10, 0], [10, 0]], [[0, 0], [10, 0]]],
    objects: {
      countries: { geometries: [
        { type: "Polygon", id: "UA", arcs: [[0]], properties: { code: "UA", name: "Ukraine", label: [22, 42], rank: 2 } },
        { type: "MultiPolygon", arcs: [[[0]], [[~0]]], properties: { code: "", name: "" } },
      ] },
      borders: { type: "MultiLineString", arcs: [[2, 1], [~2]] },
      rivers: { geometries: [{ type: "MultiLineString", id: "r:1", arcs: [[2], [1]], properties: { name: "Dnieper", zoom: 3 } }] },
      waters: { geometries: [{ type: "Point", id: "w:1", coordinates: [4, 6], properties: { name: "Black Sea", code: "SEA", zoom: 4 } }] },
    },
  };
}

test("differences become degrees, and polygons close", () => {
  const [ukraine] = decodeWorld(topology()).lands;
  assert.deepEqual(ukraine.polygons, [[[[20, 40], [25, 40], [25, 45], [20, 45], [20, 40]]]]);
  assert.equal(ukraine.code, "UA");
  assert.equal(Math.abs(ringArea(ukraine.polygons[0][0])), 50);
});

test("an arc may be gone backwards, and shares its joint with the next", () => {
  const { lands, borders } = decodeWorld(topology());
  assert.deepEqual(borders, [[[20, 40], [25, 40], [30, 40]], [[25, 40], [20, 40]]]);
  assert.deepEqual(lands[1].polygons[1][0], [...lands[1].polygons[0][0]].reverse());
});

test("rivers, waters and what is not there", () => {
  const world = decodeWorld(topology());
  assert.deepEqual(world.rivers, [{ id: "r:1", zoom: 3, name: "Dnieper", lines: [[[20, 40], [25, 40]], [[25, 40], [30, 40]]] }]);
  assert.deepEqual(world.waters, [{ id: "w:1", zoom: 4, name: "Black Sea", code: "SEA", lon: 22, lat: 43 }]);
  assert.deepEqual([world.lakes, world.divisions, world.cities, world.disputed, world.names], [[], [], [], [], {}]);
});

test("a topology without a transform is in degrees", () => {
  const world = decodeWorld({ arcs: [[[1, 2], [3, 4]]], objects: { countries: { geometries: [] }, disputed: { type: "MultiLineString", arcs: [[0]] } } });
  assert.deepEqual(world.disputed, [[[1, 2], [3, 4]]]);
});
