// The list of all examples, by group: a plugin of GraphiQL, and the button that shows it.
//
// Twenty tabs do not fit a screen: the page opens with those of the first group, the list opens the others. It names
// each question as the client does, and says what it asks: the comment on top of its query.

import { pick, useGraphiQL, useGraphiQLActions, type GraphiQLPlugin } from '@graphiql/react';
import { createContext, useContext, useEffect } from 'react';

import type { Example } from './settings';
import { content } from './tabs';

const TITLE = 'Examples';
// As in page.css: there the list covers the editors.
const PHONE = '(max-width: 640px)';

const context = createContext<Example[]>([]);

/** Gives the server's examples to the list. */
export const Examples = context.Provider;

export const examplesPlugin: GraphiQLPlugin = { title: TITLE, icon: ExamplesIcon, content: ExampleList };

/** The button next to the tabs; none without examples. */
export function ShowExamples() {
  const examples = useContext(context);
  const { visiblePlugin, queryEditor, activeTabIndex } = useGraphiQL(
    pick('visiblePlugin', 'queryEditor', 'activeTabIndex'),
  );
  // Long comments are read whole on a narrow screen, too.
  useEffect(() => queryEditor?.updateOptions({ wordWrap: 'on', wrappingIndent: 'indent' }), [queryEditor]);
  useEffect(() => {
    document.querySelector('.graphiql-tab-active')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [activeTabIndex]);
  if (!examples.length) return null;
  const shown = visiblePlugin?.title === TITLE;
  return (
    <button type="button" className="playgraph-show-examples" aria-expanded={shown} onClick={toggle}>
      Examples
    </button>
  );
}

function ExampleList() {
  const examples = useContext(context);
  const { tabs, queryEditor, variableEditor } = useGraphiQL(pick('tabs', 'queryEditor', 'variableEditor'));
  const { addTab, changeTab } = useGraphiQLActions();

  function open(example: Example) {
    const texts = content(example);
    const place = tabs.findIndex(({ query, variables }) => content({ query: query ?? '', variables }) === texts);
    if (place >= 0) {
      changeTab(place);
    } else {
      addTab();
      queryEditor?.setValue(example.query);
      variableEditor?.setValue(example.variables ?? '');
    }
    if (window.matchMedia(PHONE).matches) toggle();
  }

  return (
    <section aria-label={TITLE}>
      <h2 className="playgraph-examples-title">{TITLE}</h2>
      <p>
        <a href="explore">Explore the data</a> without queries.
      </p>
      {[...new Set(examples.map(({ group }) => group))].map((group) => (
        <section key={group} aria-label={group}>
          <h3 className="playgraph-examples-group">{group}</h3>
          <ul className="playgraph-examples">
            {examples
              .filter((example) => example.group === group)
              .map((example) => (
                <li key={example.title}>
                  <button type="button" onClick={() => open(example)}>
                    <code>{example.title}</code>
                    <span>{summary(example.query)}</span>
                  </button>
                </li>
              ))}
          </ul>
        </section>
      ))}
    </section>
  );
}

/** Shows or hides the list by the button of the side bar: nothing else in GraphiQL makes room for a plugin. */
function toggle() {
  document.querySelector<HTMLElement>(`[aria-label="Show ${TITLE}"], [aria-label="Hide ${TITLE}"]`)?.click();
}

/** The comment on top of a query. */
function summary(query: string): string {
  const lines = query.split('\n');
  const end = lines.findIndex((line) => !line.startsWith('#'));
  return lines
    .slice(0, end)
    .map((line) => line.slice(1).trim())
    .join(' ');
}

function ExamplesIcon() {
  return (
    <svg height="1em" viewBox="0 0 16 16" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round">
      <title>list icon</title>
      <path d="M2 3.5h.01M5.5 3.5H14M2 8h.01M5.5 8H14M2 12.5h.01M5.5 12.5H14" />
    </svg>
  );
}
