// The explorer: every view of the data, as a client of the public GraphQL API and nothing else.

import './style.css';

import { render, type ComponentType } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

import { Failure, SWAPPED, useAnswer } from './client';
import { ExplorerShell } from './generated/documents';
import { Header, type Theme } from './parts/header';
import { Answered, Failed, Loading, Nowhere } from './parts/page';
import { here, Router, usePlace } from './router';
import { shell, text, useFormat, useShell, useText, type Language, type Shell } from './shell';
import { store, stored } from './stored';
import { en } from './text/en';
import { showEverything } from './visible';

type Subject = keyof Shell['has'];

// Each view is a file of its own, loaded when it is first opened.
const VIEWS: Record<string, [() => Promise<{ default: ComponentType }>, Subject?]> = {
  '': [() => import('./views/home')],
  search: [() => import('./views/search')],
  game: [() => import('./views/game'), 'games'],
  developer: [() => import('./views/developer'), 'games'],
  genre: [() => import('./views/genre'), 'games'],
  player: [() => import('./views/player'), 'people'],
  'for-me': [() => import('./views/for-me'), 'games'],
  best: [() => import('./views/best'), 'games'],
  year: [() => import('./views/year'), 'games'],
  title: [() => import('./views/title'), 'titles'],
  actor: [() => import('./views/actor'), 'titles'],
  verdict: [() => import('./views/verdict'), 'titles'],
  platforms: [() => import('./views/platforms'), 'titles'],
  models: [() => import('./views/models')],
  data: [() => import('./views/data')],
};

const loaded = new Map<string, ComponentType>();
/** Asked for at once, next to the first answer. */
const first = load(here().path[0] ?? '');

/** The view of a name; every object also has names that it inherits. */
function viewOf(name: string) {
  return Object.hasOwn(VIEWS, name) ? VIEWS[name] : undefined;
}

/** Loads the file of a view; a view without one stays without. */
async function load(name: string) {
  try {
    const file = await viewOf(name)?.[0]();
    if (file) loaded.set(name, file.default);
  } catch {
    // The network is gone.
  }
}

function View() {
  const t = useText();
  const { has } = useShell();
  const { path } = usePlace();
  const name = path[0] ?? '';
  const [tried, setTried] = useState('');
  useEffect(() => {
    void load(name).finally(() => setTried(name));
  }, [name]);
  const view = viewOf(name);
  if (!view) return <Nowhere sign="lost" of={t.noSuchView} />;
  const subject = view[1];
  if (subject && !has[subject]) {
    return <Nowhere sign={subject === 'people' ? 'closed' : 'empty'} of={t.absent[subject]} />;
  }
  const Loaded = loaded.get(name);
  // A key: another game is another view, and nothing of the old one stays.
  if (Loaded) return <Loaded key={path.join('/')} />;
  if (tried !== name) return <Loading />;
  // Its file did not come. Browsers may keep that in mind: only a new page tries again.
  return <Failed failure={new Failure('NETWORK', name)} retry={() => location.reload()} />;
}

function Footer() {
  const t = useText();
  const format = useFormat();
  const { dataset } = useShell();
  return (
    <footer>
      <p>{t.snapshot(dataset.version, format.date(dataset.builtAt))}</p>
      {document.documentElement.dataset.graphiql !== undefined && (
        <p>
          <a href={new URL('./', document.baseURI).href} target="_self">
            {t.queries}
          </a>
        </p>
      )}
    </footer>
  );
}

function App({ texts, language: given }: { texts: typeof en; language: Language }) {
  const [{ language, t }, setText] = useState({ language: given, t: texts });
  const [theme, setTheme] = useState<Theme>((stored('theme') as Theme) ?? 'auto');
  const dataset = useAnswer(ExplorerShell, {});
  useEffect(() => {
    window.addEventListener(SWAPPED, dataset.refresh);
    return () => window.removeEventListener(SWAPPED, dataset.refresh);
  }, []);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);
  const latest = useRef(given);
  const choose = async (chosen: Language) => {
    store('language', chosen);
    latest.current = chosen;
    const t = await textsIn(chosen);
    if (latest.current === chosen) setText({ language: chosen, t });
  };
  return (
    <Router>
      <text.Provider value={{ language, t }}>
        <Answered of={dataset}>
          {({ dataset }) => {
            const [games, titles] = ['games', 'titles'].map((subject) => dataset.subjects.includes(subject));
            const has = { games: !!games, titles: !!titles, people: !!games && dataset.people !== 'OFF' };
            return (
              <shell.Provider value={{ dataset, has }}>
                <Header
                  language={language}
                  theme={theme}
                  onLanguage={choose}
                  onTheme={(chosen) => {
                    store('theme', chosen);
                    setTheme(chosen);
                  }}
                />
                <main id="main" tabIndex={-1}>
                  <View />
                </main>
                <Footer />
              </shell.Provider>
            );
          }}
        </Answered>
      </text.Provider>
    </Router>
  );
}

async function textsIn(language: Language): Promise<typeof en> {
  return language === 'es' ? (await import('./text/es')).es : en;
}

async function start() {
  // The server has read Accept-Language.
  const language: Language = (stored('language') ?? document.documentElement.lang) === 'es' ? 'es' : 'en';
  document.documentElement.dataset.theme = stored('theme') ?? 'auto';
  const [texts] = await Promise.all([textsIn(language), first]);
  render(<App texts={texts} language={language} />, document.getElementById('root')!);
}

showEverything();
void start();
