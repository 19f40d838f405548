// What the browser forgets of a place in the history: how far down the reader was, and how much of its long lists
// was shown. Views fill themselves after they are opened, too late for the browser's own restoration.

interface Left {
  y: number;
  /** Pages added to each long list, by its name. */
  pages: Record<string, number>;
}

const KEY = `playgraph${new URL('.', document.baseURI).pathname}:explore:left`;
const PATIENCE = 5000; // ms in which a view may still grow
const MOVEMENTS = ['wheel', 'touchstart', 'pointerdown', 'keydown'] as const;

const left = new Map<string, Left>();
let current = '';
let stop = () => {};

/** Begins to remember; of a page that is loaded again, what it was left with. */
export function remember() {
  history.scrollRestoration = 'manual';
  try {
    for (const [entry, was] of JSON.parse(sessionStorage.getItem(KEY) ?? '[]')) left.set(entry, was);
  } catch {
    // The browser refuses to store: nothing is remembered across loads.
  }
  arrive();
  window.addEventListener('pagehide', () => {
    leave();
    try {
      sessionStorage.setItem(KEY, JSON.stringify([...left]));
    } catch {
      // As above.
    }
  });
}

/** Changes the address, as a new entry of the history or in place of the present one. */
export function write(address: string, replace: boolean) {
  if (replace) return history.replaceState(history.state, '', address);
  leave();
  history.pushState(null, '', address);
  name();
  stop();
}

/** Goes back or forward: to where the reader was, as soon as the view is long enough. */
export function travel() {
  leave();
  arrive();
}

/** How many pages a long list of this place has added. */
export function addedPages(list: string): number {
  return left.get(current)?.pages[list] ?? 0;
}

export function keepPages(list: string, pages: number) {
  const was = left.get(current) ?? { y: 0, pages: {} };
  left.set(current, { ...was, pages: { ...was.pages, [list]: pages } });
}

/** Gives the present entry a name, or reads the one that it has. */
function name() {
  current = history.state?.entry ?? Math.random().toString(36).slice(2);
  if (!history.state?.entry) history.replaceState({ entry: current }, '');
}

function leave() {
  left.set(current, { pages: {}, ...left.get(current), y: window.scrollY });
}

function arrive() {
  name();
  stop();
  const y = left.get(current)?.y;
  if (y === undefined) return;
  const observer = new ResizeObserver(() => window.scrollTo(0, y));
  stop = () => {
    observer.disconnect();
    for (const movement of MOVEMENTS) window.removeEventListener(movement, stop);
    clearTimeout(late);
  };
  const late = setTimeout(stop, PATIENCE);
  // A person who scrolls meanwhile goes on undisturbed.
  for (const movement of MOVEMENTS) window.addEventListener(movement, stop, { passive: true });
  // Its first report comes after the view of this place is shown.
  observer.observe(document.body);
}
