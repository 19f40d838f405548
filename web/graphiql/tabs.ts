// Which tabs the page opens with.
//
// First visit: one tab per example of the first group; the list of examples opens the others. Later visits: GraphiQL restores the reader's tabs by itself, until the server's
// examples differ from those last opened here (another dataset has other games, another release asks better
// questions). Then the new examples come first, tabs the reader wrote or edited follow, and old examples nobody
// touched are gone. We compare texts, not versions: a rebuild that changes no example disturbs nobody.

import type { Example } from './settings';
import type { PageStorage } from './storage';

type Tab = Pick<Example, 'query'> & Partial<Example>;

interface Opening {
  defaultTabs: Tab[];
  initialQuery?: string;
  initialVariables?: string;
  initialHeaders?: string;
}

const OPENED = 'examples';
const TABS = 'graphiql:tabState';
// GraphiQL keeps the editors' content separately from the tabs and would open it as one more tab.
const EDITORS = ['query', 'variables', 'headers'].map((name) => `graphiql:${name}`);

export function openingTabs(storage: PageStorage, examples: Example[]): Opening {
  const first = examples.filter(({ group }) => group === examples[0]?.group);
  const defaultTabs: Tab[] = first.length ? first : [{ query: '' }];
  const stored = storedTabs(storage.getItem(TABS), 'tabs');
  const opened = JSON.stringify(examples);
  const linked = linkedTab();
  if (!linked && stored.length && (!examples.length || storage.getItem(OPENED) === opened)) {
    return { defaultTabs, ...shown(stored[activeTab(storage)] ?? stored[0]) };
  }

  const old = new Set(storedTabs(storage.getItem(OPENED)).map(content));
  const own = stored.filter((tab) => tab.query && !old.has(content(tab)));
  // A link comes first, and takes nothing away: not even examples that were closed.
  const others =
    linked && stored.length ? stored.filter((tab) => content(tab) !== content(linked)) : [...defaultTabs, ...own];
  const tabs = linked ? [linked, ...others] : others;
  [TABS, ...EDITORS].forEach((key) => storage.removeItem(key));
  if (examples.length) storage.setItem(OPENED, opened);
  return { defaultTabs: tabs, ...shown(tabs[0]) };
}

/** What the editors open with: of a tab GraphiQL takes only the query by itself, and its variables stay hidden. */
function shown(tab: Tab | undefined): Omit<Opening, 'defaultTabs'> {
  return {
    initialQuery: tab?.query ?? '',
    initialVariables: tab?.variables ?? '',
    initialHeaders: tab?.headers ?? undefined,
  };
}

/** The place of the tab that the reader last looked at. */
function activeTab(storage: PageStorage): number {
  try {
    return Number(JSON.parse(storage.getItem(TABS) ?? '{}').activeTabIndex) || 0;
  } catch {
    return 0;
  }
}

/** The query of a link, `#query=…&variables=…`, as the explorer has it; it is opened once. */
function linkedTab(): Tab | undefined {
  const parameters = new URLSearchParams(location.hash.slice(1));
  const query = parameters.get('query');
  if (!query) return undefined;
  history.replaceState(null, '', location.pathname + location.search);
  return { query, variables: parameters.get('variables') };
}

/** What makes a tab another one: its texts. */
export function content({ query, variables }: Tab): string {
  return JSON.stringify([query ?? '', variables ?? ''].map((text) => text.trim()));
}

/** The tabs in a stored text; none when it is missing or not what was written. */
function storedTabs(text: string | null, field?: string): Tab[] {
  try {
    const value = JSON.parse(text ?? '[]');
    const tabs = field ? value[field] : value;
    return Array.isArray(tabs) ? tabs : [];
  } catch {
    return [];
  }
}
