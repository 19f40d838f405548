// Where the reader is: the path below /explore and the parameters, as in the address bar.

import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import type { ComponentChildren } from 'preact';

import { remember, travel, write } from './history';

export interface Place {
  path: string[];
  query: URLSearchParams;
}

type Parameters = Record<string, string | number | null | undefined>;

const BASE = new URL('explore', document.baseURI).pathname;
const MOVED = 'playgraph:moved';
const context = createContext<Place>({ path: [], query: new URLSearchParams() });

/** True from a change of view until its heading has the focus, or the reader does something else meanwhile. */
export const heading = { wanted: false };

export function usePlace(): Place {
  return useContext(context);
}

/** The address of a view; parameters without a value are left out. */
export function href(path: (string | number)[], parameters: Parameters = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== null && value !== undefined && value !== '') query.set(name, String(value));
  }
  const text = query.toString();
  return [BASE, ...path.map(encoded)].join('/') + (text && `?${text}`);
}

/** A segment of a path. Browsers take "." and ".." for folders, however they are written: they get a tilde in front,
 * as does what already looks so. */
function encoded(segment: string | number): string {
  return encodeURIComponent(segment).replace(/^~*\.\.?$/, '~$&');
}

export function go(address: string, { replace = false } = {}) {
  write(address, replace);
  window.dispatchEvent(new Event(MOVED));
}

/** Changes parameters of the view: a step that Back undoes, unless it replaces, as what is typed or slid does. */
export function setParameters(place: Place, changed: Parameters, options?: { replace: boolean }) {
  go(href(place.path, { ...Object.fromEntries(place.query), ...changed }), options);
}

/** Gives the place to all below; links within the explorer change it without a load. */
export function Router({ children }: { children: ComponentChildren }) {
  const [place, setPlace] = useState(here);
  useEffect(() => {
    let before = location.pathname;
    remember();
    const move = (event: Event) => {
      if (event.type === 'popstate') travel();
      if (location.pathname !== before) {
        before = location.pathname;
        heading.wanted = true;
        if (event.type === MOVED) window.scrollTo(0, 0);
      }
      setPlace(here());
    };
    const release = () => {
      heading.wanted = false;
    };
    document.addEventListener('input', release);
    document.addEventListener('focusin', release);
    document.addEventListener('click', follow);
    window.addEventListener('popstate', move);
    window.addEventListener(MOVED, move);
    return () => {
      document.removeEventListener('input', release);
      document.removeEventListener('focusin', release);
      document.removeEventListener('click', follow);
      window.removeEventListener('popstate', move);
      window.removeEventListener(MOVED, move);
    };
  }, []);
  return <context.Provider value={place}>{children}</context.Provider>;
}

export function here(): Place {
  const path = location.pathname.slice(BASE.length).split('/').filter(Boolean).map(decoded);
  return { path, query: new URLSearchParams(location.search) };
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment).replace(/^~(~*\.\.?)$/, '$1');
  } catch {
    return segment;
  }
}

function follow(event: MouseEvent) {
  const link = (event.target as Element).closest('a');
  const modified = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
  if (!link || modified || event.button || event.defaultPrevented || link.target) return;
  const inside = link.pathname === BASE || link.pathname.startsWith(`${BASE}/`);
  if (link.origin !== location.origin || !inside) return;
  event.preventDefault();
  if (link.href !== location.href) go(link.href);
}
