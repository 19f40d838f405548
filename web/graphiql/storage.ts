// Where GraphiQL keeps tabs, history and theme: `localStorage`, under our own prefix.
// The prefix matters on localhost, where every GraphiQL of every project shares one origin and one set of keys; the
// path in it where two servers share a host.

const PREFIX = `playgraph${new URL('.', document.baseURI).pathname.slice(0, -1)}:`;

export type PageStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'clear' | 'length'>;

/** The browser's storage, or one that forgets at the next load where the browser refuses to store. */
export function openStorage(): PageStorage {
  let store: Storage;
  try {
    store = window.localStorage;
    store.getItem(PREFIX);
  } catch {
    return inMemory();
  }
  const keys = () => Object.keys(store).filter((key) => key.startsWith(PREFIX));
  return {
    getItem: (key) => store.getItem(PREFIX + key),
    setItem: (key, value) => store.setItem(PREFIX + key, value),
    removeItem: (key) => store.removeItem(PREFIX + key),
    clear: () => keys().forEach((key) => store.removeItem(key)),
    get length() {
      return keys().length;
    },
  };
}

function inMemory(): PageStorage {
  const store = new Map<string, string>();
  return {
    getItem: (key) => store.get(key) ?? null,
    setItem: (key, value) => void store.set(key, value),
    removeItem: (key) => void store.delete(key),
    clear: () => store.clear(),
    get length() {
      return store.size;
    },
  };
}
