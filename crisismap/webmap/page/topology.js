// TopoJSON -> coordinates.

/** Every arc of a topology as a list of [lon, lat]; a quantized one is stored as differences. */
function decodeArcs(topology) {
  const { transform } = topology;
  if (!transform) return topology.arcs;
  const [sx, sy] = transform.scale;
  const [tx, ty] = transform.translate;
  return topology.arcs.map((arc) => {
    let x = 0;
    let y = 0;
    return arc.map(([dx, dy]) => [(x += dx) * sx + tx, (y += dy) * sy + ty]);
  });
}

/** A ring from arc numbers; ~n is arc n backwards, and neighbors share their joint. */
function ring(numbers, arcs) {
  const points = [];
  for (const number of numbers) {
    const arc = number < 0 ? [...arcs[~number]].reverse() : arcs[number];
    points.push(...(points.length ? arc.slice(1) : arc));
  }
  return points;
}

function polygons(geometry, arcs) {
  if (geometry.type === "Polygon") return [geometry.arcs.map((part) => ring(part, arcs))];
  if (geometry.type === "MultiPolygon") return geometry.arcs.map((p) => p.map((part) => ring(part, arcs)));
  return [];
}

/** { lands, borders, disputed, cities } of the basemap; land that is no country's has the code "". */
export function decodeWorld(topology) {
  const arcs = decodeArcs(topology);
  const { countries, borders, disputed, places } = topology.objects;
  const { scale: [sx, sy], translate: [tx, ty] } = topology.transform || { scale: [1, 1], translate: [0, 0] };
  return {
    lands: countries.geometries.map((g) => ({ ...g.properties, polygons: polygons(g, arcs) })),
    borders: borders ? borders.arcs.map((part) => ring(part, arcs)) : [],
    disputed: disputed ? disputed.arcs.map((part) => ring(part, arcs)) : [],
    cities: (places ? places.geometries : []).map((g) => ({
      ...g.properties, lon: g.coordinates[0] * sx + tx, lat: g.coordinates[1] * sy + ty,
    })),
  };
}

/** Twice the signed area of a ring, in square degrees. */
export function ringArea(points) {
  let sum = 0;
  for (let i = 0, j = points.length - 1; i < points.length; j = i++) {
    sum += points[j][0] * points[i][1] - points[i][0] * points[j][1];
  }
  return sum;
}
