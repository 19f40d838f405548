// The reader's choices, in `localStorage` under a name of this server's own.

const PREFIX = `playgraph${new URL('.', document.baseURI).pathname.slice(0, -1)}:explore:`;

export function stored(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null; // the browser refuses to store
  }
}

export function store(name: string, value: string) {
  try {
    localStorage.setItem(PREFIX + name, value);
  } catch {
    // The choice lasts until the next load.
  }
}
