import assert from "node:assert/strict";
import { test } from "node:test";

import { choose, createStore, unchoose } from "../../../crisismap/webmap/page/state.js";

test("listeners hear of changes, and of nothing else", () => {
  const store = createStore({ a: 1, b: 2 });
  const heard = [];
  const stop = store.subscribe((state, before) => heard.push([state, before]));
  store.set({ a: 1 });
  assert.deepEqual(heard, []);
  store.set({ a: 3 });
  assert.deepEqual(heard, [[{ a: 3, b: 2 }, { a: 1, b: 2 }]]);
  stop();
  store.set({ a: 4 });
  assert.equal(heard.length, 1);
  assert.throws(() => { store.get().a = 5; });
});

test("what a listener sets is told after the round, in order", () => {
  const store = createStore({ n: 0 });
  const heard = [];
  store.subscribe((state) => { if (state.n < 3) store.set({ n: state.n + 1 }); });
  store.subscribe((state, before) => heard.push([before.n, state.n]));
  store.set({ n: 1 });
  assert.deepEqual(heard, [[0, 1], [1, 2], [2, 3]]);
});

test("a listener that throws does not leave the store stuck", () => {
  const store = createStore({ n: 0 });
  const stop = store.subscribe(() => { throw new Error("no"); });
  assert.throws(() => store.set({ n: 1 }), /no/);
  stop();
  let heard = 0;
  store.subscribe(() => { heard += 1; });
  store.set({ n: 2 });
  assert.equal(heard, 1);
});

test("to choose the same mark again is a new choice", () => {
  const store = createStore({ selection: null, opened: null });
  choose(store, { index: 4 }, { fly: true });
  const first = store.get().selection;
  assert.deepEqual(first, { mark: 4, fly: true, at: null, focus: false, mention: -1 });
  choose(store, { index: 4 }, { fly: true });
  assert.notEqual(store.get().selection, first);
  store.set({ opened: store.get().selection });
  unchoose(store);
  assert.deepEqual(store.get(), { selection: null, opened: null });
});
