// Web Mercator in units of the whole world, 0 to 1 from west to east and from north to south.

const HIGHEST = 85.0511; // degrees; where the square map of the world ends

export function unitX(lon) {
  return (lon + 180) / 360;
}

export function unitY(lat) {
  const bounded = Math.max(-HIGHEST, Math.min(HIGHEST, lat));
  return 0.5 - Math.log(Math.tan(Math.PI / 4 + (bounded * Math.PI) / 360)) / (2 * Math.PI);
}
