// Days, and the bars of a histogram of them.

export const NO_DAY = -(2 ** 31); // the day of an article without a date
const MILLISECONDS = 86_400_000;
const MONDAY = 4; // 1970-01-05, the first Monday, as a day number

/** Days since 1970-01-01 of an ISO date, NO_DAY of anything else. */
export function dayNumber(iso) {
  if (!/^\d{4}-\d\d-\d\d$/.test(iso)) return NO_DAY;
  const time = Date.parse(`${iso}T00:00:00Z`);
  return Number.isNaN(time) ? NO_DAY : time / MILLISECONDS;
}

/** The ISO date of a day number. */
export function isoDay(day) {
  return new Date(day * MILLISECONDS).toISOString().slice(0, 10);
}

const STEPS = {
  day: (day) => day + 1,
  week: (day) => day + 7,
  month: (day) => monthAfter(day, 1),
  year: (day) => monthAfter(day, 12),
};

function monthAfter(day, months) {
  const date = new Date(day * MILLISECONDS);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1) / MILLISECONDS;
}

function firstOf(unit, day) {
  if (unit === "day") return day;
  if (unit === "week") return day - ((((day - MONDAY) % 7) + 7) % 7);
  const date = new Date(day * MILLISECONDS);
  date.setUTCDate(1);
  if (unit === "year") date.setUTCMonth(0);
  return date.getTime() / MILLISECONDS;
}

/**
 * Bars that cover the days (NO_DAY left out): days up to 60, weeks up to a year, then months, then years.
 * { unit, starts } with the first day of each bar, in order; `starts` is empty where no day is known.
 */
export function createBins(days) {
  let first = Infinity;
  let last = -Infinity;
  for (const day of days) {
    if (day === NO_DAY) continue;
    if (day < first) first = day;
    if (day > last) last = day;
  }
  if (first > last) return { unit: "day", starts: [] };
  const span = last - first;
  const unit = span < 60 ? "day" : span < 370 ? "week" : span < 3660 ? "month" : "year";
  const starts = [];
  for (let day = firstOf(unit, first); day <= last; day = STEPS[unit](day)) starts.push(day);
  return { unit, starts };
}

/** The bar that holds `day`, -1 where there is none. */
export function binOf(bins, day) {
  if (day === NO_DAY || !bins.starts.length || day < bins.starts[0]) return -1;
  let low = 0;
  let high = bins.starts.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (bins.starts[middle] <= day) low = middle;
    else high = middle;
  }
  return low;
}

/** The last day of a bar. */
export function binEnd(bins, index) {
  return STEPS[bins.unit](bins.starts[index]) - 1;
}
