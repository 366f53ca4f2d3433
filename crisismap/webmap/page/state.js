// The one place that holds what the reader chose.  Views read it, patch it and hear of changes; no view calls another.

/**
 * A store of one flat state.  `set` takes a patch; each listener is called with the new state and the one
 * before, also when it was set from inside a listener: then after the round that is under way.
 */
export function createStore(initial) {
  let state = Object.freeze({ ...initial });
  const listeners = new Set();
  const rounds = [];
  let telling = false;
  return {
    get: () => state,
    set(patch) {
      if (Object.keys(patch).every((key) => Object.is(patch[key], state[key]))) return;
      const before = state;
      state = Object.freeze({ ...state, ...patch });
      rounds.push([state, before]);
      if (telling) return;
      telling = true;
      try {
        while (rounds.length) {
          const [now, previous] = rounds.shift();
          for (const listener of [...listeners]) listener(now, previous);
        }
      } finally {
        telling = false;
        rounds.length = 0;
      }
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/**
 * Choose a mark: it is shown in the list, on the map and in a popup.  `fly` moves the map there first, `at` is
 * where on the map it was clicked, `focus` takes the keyboard focus along, `mention` is the one to scroll to.
 */
export function choose(store, mark, { fly = false, at = null, focus = false, mention = -1 } = {}) {
  store.set({ selection: Object.freeze({ mark: mark.index, fly, at, focus, mention }), opened: null });
}

/** Choose nothing. */
export function unchoose(store) {
  store.set({ selection: null, opened: null });
}
