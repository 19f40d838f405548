// The frame of a view: heading, sections, facts, and the states that are not an answer.

import type { ComponentChildren } from 'preact';
import { useContext, useEffect, useRef, useState } from 'preact/hooks';

import type { Answer, Asked, Failure } from '../client';
import { heading, href, usePlace } from '../router';
import { shell, useText } from '../shell';
import { visible } from '../visible';
import { failureTexts } from './advice';
import { gamesOnly, titlesOnly, type Found } from './finder';

interface PageProps {
  title: string;
  /** Above the title: what it is. */
  kind?: string;
  lead?: ComponentChildren;
  asked?: Asked;
  busy?: boolean;
  children?: ComponentChildren;
}

export function Page({ title, kind, lead, asked, busy, children }: PageProps) {
  const first = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = visible(`${title} · playgraph`);
    if (heading.wanted) first.current?.focus({ preventScroll: true });
    heading.wanted = false;
  }, [title]);
  return (
    <article class="page" aria-busy={busy}>
      <header class="page-head">
        <div>
          {kind && <p class="kind">{kind}</p>}
          <h1 ref={first} tabIndex={-1}>
            {title}
          </h1>
          {lead && <div class="lead">{lead}</div>}
        </div>
        {asked && <ShowQuery {...asked} />}
      </header>
      {children}
    </article>
  );
}

export function Section({
  title,
  note,
  children,
}: {
  title: string;
  note?: ComponentChildren;
  children: ComponentChildren;
}) {
  return (
    <section class="section">
      <h2>{title}</h2>
      {note && <p class="note">{note}</p>}
      {children}
    </section>
  );
}

/** Pairs of a name and a value; those without a value are left out. */
export function Facts({ of }: { of: [string, ComponentChildren][] }) {
  const known = of.filter(([, value]) => value || value === 0);
  return (
    <dl class="facts">
      {known.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Opens the query in GraphiQL; where that is not served, shows it here. */
function ShowQuery({ text, variables }: Asked) {
  const t = useText();
  const [open, setOpen] = useState(false);
  const written = JSON.stringify(variables, null, 2);
  if (document.documentElement.dataset.graphiql !== undefined) {
    // In the fragment: it is as long as it must be, and no log keeps it.
    const parameters = new URLSearchParams({ query: text, variables: written });
    return (
      <a class="button" href={new URL(`./#${parameters}`, document.baseURI).href} target="_blank" rel="noopener">
        {t.showQuery}
      </a>
    );
  }
  return (
    <>
      <button class="button" type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
        {t.showQuery}
      </button>
      {open && (
        <pre class="query" tabIndex={0}>
          {text}
          {'\n\n'}
          {written}
        </pre>
      )}
    </>
  );
}

/** What an answer shows: its data, or how it stands with it. `inner`: within a page, not instead of it. */
export function Answered<Result>({
  of,
  inner,
  lost,
  children,
}: {
  of: Answer<Result>;
  inner?: boolean;
  /** What is said when nothing is found. */
  lost?: string;
  children: (data: Result, asked: Asked, pending: boolean) => ComponentChildren;
}) {
  if (of.failure && !of.pending) return <Failed failure={of.failure} retry={of.retry} inner={inner} lost={lost} />;
  if (!of.data) return inner ? <InnerLoading /> : <Loading />;
  return <>{children(of.data, of.asked, of.pending)}</>;
}

export function Loading() {
  const t = useText();
  return (
    <div class="page loading" role="status">
      <span class="unseen">{t.loading}</span>
      <div class="bone wide" />
      <div class="bone" />
      <div class="bone tall" />
    </div>
  );
}

function InnerLoading() {
  const t = useText();
  return (
    <div class="loading" role="status">
      <span class="unseen">{t.loading}</span>
      <div class="bone block" />
    </div>
  );
}

interface FailedProps {
  failure: Failure;
  retry: () => void;
  inner?: boolean;
  lost?: string;
}

/** A failed answer: what happened, what the reader can do, and the server's words for its operator. */
export function Failed({ failure, retry, inner, lost }: FailedProps) {
  const t = useText();
  const { dataset } = useContext(shell) ?? {};
  const { path, query } = usePlace();
  const [title, advice] = failureTexts(t, failure.code);
  const absent = failure.code === 'NOT_FOUND';
  const suggestions = absent ? failure.suggestions : [];
  const renamed = dataset?.people === 'PSEUDONYMS' && (path[0] === 'player' || !!inner);
  // A verdict is about a title.
  const [kind = '', name = ''] = path[0] === 'verdict' ? ['title', query.get('title') ?? ''] : path;
  const body = (
    <State sign={absent ? 'lost' : 'broken'}>
      <p>{(absent && lost) || advice}</p>
      {absent && renamed && <p>{t.pseudonyms}</p>}
      {suggestions.length > 0 && (
        <>
          <p>{t.didYouMean}</p>
          {kind === 'title' || kind === 'game' ? (
            <Named search={kind === 'title' ? titlesOnly : gamesOnly} name={name} />
          ) : (
            <Links of={suggestions.map((suggested) => [[kind, suggested], suggested])} />
          )}
        </>
      )}
      {!absent && (
        <details>
          <summary>{t.details}</summary>
          <p lang="en">
            <code>{failure.code}</code> {failure.message}
          </p>
        </details>
      )}
      <p class="actions">
        {!absent && (
          <button class="button" type="button" onClick={retry}>
            {t.retry}
          </button>
        )}
        {absent && !inner && (
          <>
            {name && !renamed && !suggestions.length && (
              <a class="button" href={href(['search'], { q: name })}>
                {t.searchName(name)}
              </a>
            )}
            <a class="button" href={href([])}>
              {t.toStart}
            </a>
          </>
        )}
      </p>
    </State>
  );
  if (!inner) return <Page title={title}>{body}</Page>;
  return (
    <section role="alert">
      <h2>{title}</h2>
      {body}
    </section>
  );
}

/** The games or titles of a name that was used as an id. */
function Named({ search, name }: { search: typeof titlesOnly; name: string }) {
  const [found, setFound] = useState<Found[]>([]);
  useEffect(() => {
    const controller = new AbortController();
    search()(name, controller.signal).then(setFound, () => {});
    return () => controller.abort();
  }, [name]);
  return <Links of={found.map(({ path, label, note }) => [path, note ? `${label} (${note})` : label])} />;
}

function Links({ of }: { of: [path: string[], name: string][] }) {
  return (
    <ul class="links">
      {of.map(([path, name]) => (
        <li key={path.join('/')}>
          <a href={href(path)}>{name}</a>
        </li>
      ))}
    </ul>
  );
}

/** Signs of the states that are not an answer, drawn like the brand: a path that ends, breaks or is closed. */
const SIGNS = {
  lost: 'M6 34 18 14l10 16M34 21a5 5 0 1 1 7 5c-2 1-2 2-2 4M39 34v.5',
  broken: 'M6 34 18 14l5 8M30 20l4 7 8-17M21 30l8-13',
  closed: 'M14 22v-6a10 10 0 0 1 20 0v6M10 22h28v16H10zM24 28v4',
  empty: 'M6 34h36M12 34v-6M20 34v-10M28 34v-4M36 34v-14',
};

/** A designed state: a sign, what it means, and what the reader can do. */
export function State({ sign, children }: { sign: keyof typeof SIGNS; children: ComponentChildren }) {
  return (
    <div class="state">
      <svg viewBox="0 0 48 48" width="56" height="56" aria-hidden="true">
        <path d={SIGNS[sign]} />
      </svg>
      <div>{children}</div>
    </div>
  );
}

/** A view that is not there, and the way out. */
export function Nowhere({ sign, of: [title, why] }: { sign: keyof typeof SIGNS; of: [string, string] }) {
  const t = useText();
  return (
    <Page title={title}>
      <State sign={sign}>
        <p>{why}</p>
        <p class="actions">
          <a class="button" href={href([])}>
            {t.toStart}
          </a>
        </p>
      </State>
    </Page>
  );
}

/** Nothing to show in a section. */
export function Empty({ children }: { children: ComponentChildren }) {
  return <p class="empty">{children}</p>;
}
