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

/** A ring or a line from arc numbers; ~n is arc n backwards, and neighbors share their joint. */
function joined(numbers, arcs) {
  const points = [];
  for (const number of numbers) {
    const arc = number < 0 ? [...arcs[~number]].reverse() : arcs[number];
    for (let i = points.length ? 1 : 0; i < arc.length; i++) points.push(arc[i]);
  }
  return points;
}

function polygons(geometry, arcs) {
  const parts = { Polygon: [geometry.arcs], MultiPolygon: geometry.arcs }[geometry.type] || [];
  return parts.map((part) => part.map((numbers) => joined(numbers, arcs)));
}

function lines(geometry, arcs) {
  const parts = { LineString: [geometry.arcs], MultiLineString: geometry.arcs }[geometry.type] || [];
  return parts.map((numbers) => joined(numbers, arcs));
}

/**
 * The basemap's things, each with its properties (a name, and the `zoom` from which it is worth drawing):
 * `lands` and `lakes` with polygons, `divisions` and `rivers` with lines, `waters` and `cities` with lon and lat,
 * and the lines `borders` and `disputed`.  Land that is no country's has the code "".  `names` is by language and id.
 */
export function decodeWorld(topology) {
  const arcs = decodeArcs(topology);
  const { objects } = topology;
  const { scale: [sx, sy], translate: [tx, ty] } = topology.transform || { scale: [1, 1], translate: [0, 0] };
  const things = (name, decodeOne) =>
    (objects[name] ? objects[name].geometries : []).map((item) => ({ id: item.id || "", zoom: 0, ...item.properties, ...decodeOne(item) }));
  const shaped = (item) => ({ polygons: polygons(item, arcs) });
  const lined = (item) => ({ lines: lines(item, arcs) });
  const placed = ({ coordinates: [x, y] }) => ({ lon: x * sx + tx, lat: y * sy + ty });
  return {
    lands: things("countries", shaped),
    lakes: things("lakes", shaped),
    divisions: things("divisions", lined),
    rivers: things("rivers", lined),
    waters: things("waters", placed),
    cities: things("places", placed),
    borders: objects.borders ? lines(objects.borders, arcs) : [],
    disputed: objects.disputed ? lines(objects.disputed, arcs) : [],
    names: topology.names || {},
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
