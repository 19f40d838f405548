// The page: GraphiQL with explorer and history, opened on the server's example questions.

import './workers';
// One by one: the sheet that holds them all carries the editor's styles and fonts a second time.
import '@graphiql/react/style.css';
import '@graphiql/plugin-doc-explorer/style.css';
import '@graphiql/plugin-history/style.css';
import '@graphiql/plugin-explorer/style.css';
import 'graphiql/graphiql.css';
import './page.css';

import { explorerPlugin } from '@graphiql/plugin-explorer';
import { HISTORY_PLUGIN } from '@graphiql/plugin-history';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { createRoot } from 'react-dom/client';

import { Examples, examplesPlugin, ShowExamples } from './examples';
import { loadSettings, type Settings } from './settings';
import { openStorage } from './storage';
import { openingTabs } from './tabs';

const WITHOUT_SETTINGS: Settings = {
  endpoint: 'graphql',
  dataset: { version: '', demo: false },
  tabs: [],
};

// Made once: GraphiQL restarts its plugins for every new list.
const plugins = [HISTORY_PLUGIN, explorerPlugin(), examplesPlugin];

function Page({ settings, notice }: { settings: Settings; notice?: string }) {
  const { endpoint, dataset, tabs } = settings;
  const storage = openStorage();
  return (
    <>
      {notice && (
        <p className="playgraph-notice" role="alert">
          {notice}
        </p>
      )}
      <Examples value={tabs}>
        <main className="playgraph-main">
          <GraphiQL
            fetcher={createGraphiQLFetcher({
              url: new URL(endpoint, document.baseURI).href,
              // The server answers each request whole, over HTTP.
              enableIncrementalDelivery: false,
            })}
            plugins={plugins}
            storage={storage}
            inputValueDeprecation
            schemaDescription
            {...openingTabs(storage, tabs)}
          >
            <GraphiQL.Logo>
              <ShowExamples />
              <h1 className="playgraph-logo" title={dataset.version && `Snapshot ${dataset.version}`}>
                <a href="explore" aria-label="playgraph: explore the data">
                  playgraph
                </a>
              </h1>
              {dataset.demo && (
                <span className="playgraph-badge" title="Names may be real; all numbers, people and reviews are invented">
                  demo data
                </span>
              )}
            </GraphiQL.Logo>
          </GraphiQL>
        </main>
      </Examples>
    </>
  );
}

async function start() {
  const root = createRoot(document.getElementById('root')!);
  try {
    root.render(<Page settings={await loadSettings()} />);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const notice = `The example questions could not be loaded (${reason}). Your own queries still run; reload to try again.`;
    root.render(<Page settings={WITHOUT_SETTINGS} notice={notice} />);
  }
}

void start();
