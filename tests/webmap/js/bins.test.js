import assert from "node:assert/strict";
import { test } from "node:test";

import { NO_DAY, binEnd, binOf, createBins, dayNumber, isoDay } from "../../../crisismap/webmap/page/bins.js";

test("days are numbered from 1970 and back", () => {
  assert.equal(dayNumber("1970-01-02"), 1);
  for (const iso of ["1601-03-01", "1969-12-31", "2022-02-04", "2024-02-29"]) assert.equal(isoDay(dayNumber(iso)), iso);
  for (const odd of ["", "2022", "2022-13-01", "not a date", "2022-02-04T00:00"]) assert.equal(dayNumber(odd), NO_DAY);
});

const binsOf = (...dates) => createBins(dates.map(dayNumber));

test("the unit follows the span, and every day falls into one bar", () => {
  for (const [dates, unit, starts] of [
    [["2022-02-04"], "day", ["2022-02-04"]],
    [["2022-02-06", "", "2022-02-04"], "day", ["2022-02-04", "2022-02-05", "2022-02-06"]],
    [["2022-02-04", "2022-05-01"], "week", null],
    [["2021-12-31", "2023-02-01"], "month", null],
    [["1990-06-01", "2022-02-04"], "year", null],
  ]) {
    const bins = binsOf(...dates);
    assert.equal(bins.unit, unit);
    if (starts) assert.deepEqual(bins.starts.map(isoDay), starts);
    for (const date of dates.filter(Boolean)) {
      const day = dayNumber(date);
      const bin = binOf(bins, day);
      assert.ok(bins.starts[bin] <= day && day <= binEnd(bins, bin), `${date} in ${unit}`);
    }
    for (let bin = 1; bin < bins.starts.length; bin++) assert.equal(binEnd(bins, bin - 1) + 1, bins.starts[bin]);
  }
});

test("weeks begin on Mondays, months and years on their first days", () => {
  const firsts = (...dates) => isoDay(binsOf(...dates).starts[0]);
  assert.equal(firsts("2022-02-04", "2022-05-01"), "2022-01-31");
  assert.equal(firsts("1969-02-05", "1969-05-01"), "1969-02-03");
  assert.equal(firsts("2021-12-31", "2023-02-01"), "2021-12-01");
  assert.equal(firsts("1990-06-01", "2022-02-04"), "1990-01-01");
});

test("no date, no bars", () => {
  assert.deepEqual(binsOf("", "").starts, []);
  assert.equal(binOf(binsOf(""), NO_DAY), -1);
});
