// The frame of a view: heading, sections, facts, and the states that are not an answer.

import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

import type { Answer, Asked, Failure } from '../client';
import { heading, href, usePlace } from '../router';
import { useText } from '../shell';

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
    document.title = `${title} · playgraph`;
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

/** What an answer shows: its data, or how it stands with it. */
export function Answered<Result>({
  of,
  children,
}: {
  of: Answer<Result>;
  children: (data: Result, asked: Asked, pending: boolean) => ComponentChildren;
}) {
  if (of.failure && !of.pending) return <Failed failure={of.failure} retry={of.retry} />;
  if (!of.data) return <Loading />;
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

export function Failed({ failure, retry }: { failure: Failure; retry: () => void }) {
  const t = useText();
  const { path } = usePlace();
  const [title, advice] = t.failures[failure.code as keyof typeof t.failures] ?? t.failures.UNKNOWN;
  const suggestions = failure.code === 'NOT_FOUND' ? failure.suggestions : [];
  return (
    <Page title={title}>
      <p>{advice}</p>
      {suggestions.length > 0 && (
        <>
          <p>{t.didYouMean}</p>
          <ul class="links">
            {suggestions.map((name) => (
              <li key={name}>
                <a href={href([path[0] ?? '', name])}>{name}</a>
              </li>
            ))}
          </ul>
        </>
      )}
      {failure.code !== 'NOT_FOUND' && (
        <details>
          <summary>{t.details}</summary>
          <p lang="en">
            <code>{failure.code}</code> {failure.message}
          </p>
        </details>
      )}
      <p class="actions">
        {failure.code === 'NOT_FOUND' ? (
          <a class="button" href={href([])}>
            {t.toStart}
          </a>
        ) : (
          <button class="button" type="button" onClick={retry}>
            {t.retry}
          </button>
        )}
      </p>
    </Page>
  );
}

/** A view about something that the snapshot does not have. */
export function Absent({ subject }: { subject: 'games' | 'titles' | 'people' }) {
  const t = useText();
  const [title, why] = t.absent[subject];
  return (
    <Page title={title}>
      <p>{why}</p>
      <p class="actions">
        <a class="button" href={href([])}>
          {t.toStart}
        </a>
      </p>
    </Page>
  );
}

export function Empty({ children }: { children: ComponentChildren }) {
  return <p class="empty">{children}</p>;
}
