import assert from "node:assert/strict";
import { test } from "node:test";

import { createWords } from "../../../crisismap/webmap/page/messages.js";

const TABLES = {
  en: { hello: "Hello {name}", n: { one: "{n} place", other: "{n} places" }, tail: "capital| of {country}", only: "English" },
  uk: { hello: "Вітаю, {name}", n: { one: "{n} місце", few: "{n} місця", many: "{n} місць", other: "{n} місця" }, tail: "столиця|: {country}" },
};

test("slots and plurals", () => {
  const words = createWords(TABLES, "en");
  assert.equal(words.text("hello", { name: "{n} | you" }), "Hello {n} | you");
  assert.equal(words.text("hello"), "Hello ");
  assert.equal(words.text("n", { n: 1 }), "1 place");
  assert.equal(words.text("n", { n: 1234 }), "1,234 places");
  assert.throws(() => words.text("nothing"), /nothing/);
});

test("what is after the bar needs its slots", () => {
  const words = createWords(TABLES, "en");
  assert.equal(words.text("tail", { country: "Ukraine" }), "capital of Ukraine");
  assert.equal(words.text("tail", { country: "" }), "capital");
});

test("nodes stay nodes", () => {
  const node = { a: 1 };
  assert.deepEqual(createWords(TABLES, "en").parts("hello", { name: node }), ["Hello ", node]);
});

test("another language, with its own plurals, and English where it lacks a message", () => {
  const words = createWords(TABLES, "uk");
  assert.deepEqual([1, 2, 5, 21].map((n) => words.text("n", { n })), ["1 місце", "2 місця", "5 місць", "21 місце"]);
  assert.equal(words.text("only"), "English");
  words.use("en");
  assert.equal(words.text("n", { n: 2 }), "2 places");
  words.use("__proto__");
  assert.equal(words.language, "en");
});

test("dates are days, in no time zone", () => {
  const words = createWords(TABLES, "en");
  assert.equal(words.date("2022-02-04"), "4 Feb 2022");
  assert.equal(words.date("0101-01-02"), "2 Jan 101");
  assert.equal(words.date(""), "");
  assert.equal(words.direction, "ltr");
});
