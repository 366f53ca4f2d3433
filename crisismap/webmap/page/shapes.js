// ---- TopoJSON -> GeoJSON ------------------------------------------------------------------------

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

/** Country code -> { code, name, rank, label, polygons }. */
function decodeCountries(topology) {
  const arcs = decodeArcs(topology);
  const countries = new Map();
  for (const geometry of topology.objects.countries.geometries) {
    const { code, name, rank, label } = geometry.properties;
    countries.set(code, { code, name, rank, label, polygons: polygons(geometry, arcs) });
  }
  return countries;
}

const countries = decodeCountries(data.basemap);

// ---- Measures -----------------------------------------------------------------------------------

/** Twice the signed area of a ring, in square degrees. */
function ringArea(points) {
  let sum = 0;
  for (let i = 0, j = points.length - 1; i < points.length; j = i++) {
    sum += points[j][0] * points[i][1] - points[i][0] * points[j][1];
  }
  return sum;
}

function boundsOf(points) {
  const bounds = L.latLngBounds([]);
  for (const [lon, lat] of points) bounds.extend([lat, lon]);
  return bounds;
}

/** The box of the largest part, so that far islands do not make a country as wide as the world. */
function coreBounds(parts) {
  let best = null;
  let size = -1;
  for (const [outer] of parts) {
    const area = Math.abs(ringArea(outer));
    if (area > size) [best, size] = [outer, area];
  }
  return best ? boundsOf(best) : L.latLngBounds([]);
}

/** The polygons of an area mark, as GeoJSON coordinates. */
function partsOf(mark) {
  if (mark.country) return countries.get(mark.country).polygons;
  return mark.form === "area" ? mark.shape.coordinates : [];
}

/** What a view must hold to show the mark. */
function markBounds(mark) {
  if (mark.form === "area") return coreBounds(partsOf(mark));
  if (mark.form === "line") return boundsOf(mark.shape.coordinates.flat());
  if (mark.form === "disc" && mark.radius) return L.latLng(mark.lat, mark.lon).toBounds(2000 * mark.radius);
  return L.latLngBounds([[mark.lat, mark.lon]]);
}

/** Where the mark's label and popup sit: a point inside it. */
function anchor(mark) {
  const label = mark.country && countries.get(mark.country).label;
  return label ? L.latLng(label[1], label[0]) : L.latLng(mark.lat, mark.lon);
}
