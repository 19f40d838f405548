// The results of a search, by kind.

import { ask, useAnswer } from '../client';
import { ExplorerSearch, ExplorerSearchMore } from '../generated/documents';
import type { ExplorerSearchMoreQuery, ExplorerSearchQuery } from '../generated/types';
import { isSearchable, searchAdvice } from '../parts/advice';
import { Continued } from '../parts/continued';
import { platformName, searchOf } from '../parts/finder';
import { first, isSameName } from '../parts/names';
import { Answered, Page, Section, State } from '../parts/page';
import { href, usePlace } from '../router';
import { useShell, useText } from '../shell';
import type { en } from '../text/en';

const SHOWN = 12; // of each kind
const MOST_ACTORS = 50; // that the server lists
/** Of the kinds that can be continued, none. */
const NONE = { games: false, developers: false, genres: false, users: false, titles: false };

type Line = [path: string[], name: string, note: string];
type Continuable = keyof typeof NONE;

export default function Search() {
  const text = (usePlace().query.get('q') ?? '').trim();
  // Nothing of another search stays: its lists would be continued with this text.
  return <Results key={text} of={text} />;
}

function Results({ of: text }: { of: string }) {
  const t = useText();
  const { has } = useShell();
  const answer = useAnswer(ExplorerSearch, isSearchable(text) ? searchOf(text, SHOWN, has, MOST_ACTORS) : null);
  if (!text) {
    return (
      <Page title={t.search}>
        <State sign="empty">
          <p>{t.searchEmpty}</p>
        </State>
      </Page>
    );
  }
  if (!isSearchable(text)) {
    return (
      <Page title={t.searched(text)}>
        <Nothing of={text} />
      </Page>
    );
  }
  return (
    <Answered of={answer}>
      {(data, asked) => {
        const ofId = linesOfId(data, t);
        const actors: Line[] = (data.actors ?? []).map(({ displayName, appearances }) => [
          ['actor', displayName],
          displayName,
          t.titlesOf(appearances),
        ]);
        const kinds = [
          ...(Object.keys(NONE) as Continuable[]).map((kind) => ({ kind, ...listOf(kind, data, t) })),
          { kind: 'actors' as const, lines: actors, total: actors.length, pageInfo: null },
        ].filter(({ total }) => total > 0);
        return (
          <Page title={t.searched(text)} asked={asked}>
            {!kinds.length && !ofId.length && <Nothing of={text} />}
            <div class="columns">
              {ofId.length > 0 && (
                <Section title={t.withId(text)}>
                  <Lines of={ofId} />
                </Section>
              )}
              {first(kinds, ({ lines }) => lines.some(([, name]) => isSameName(name, text))).map(
                ({ kind, lines, total, pageInfo }) => (
                  <Section key={kind} title={kind === 'actors' ? t.actorsFound : t[TITLES[kind]]}>
                    {pageInfo ? (
                      <Continued
                        name={kind}
                        of={{ rows: lines, pageInfo }}
                        total={total}
                        all={t.matches(total)}
                        more={async (page) => {
                          const more = await ask(ExplorerSearchMore, { text, ...page, ...NONE, [kind]: true });
                          const found = listOf(kind, more, t);
                          return found.pageInfo ? { rows: found.lines, pageInfo: found.pageInfo } : undefined;
                        }}
                      >
                        {(lines) => <Lines of={lines} />}
                      </Continued>
                    ) : (
                      <>
                        <p class="note">{total < MOST_ACTORS ? t.matches(total) : t.theFirst(total)}</p>
                        <Lines of={lines} />
                      </>
                    )}
                  </Section>
                ),
              )}
            </div>
          </Page>
        );
      }}
    </Answered>
  );
}

const TITLES = {
  games: 'games',
  developers: 'developers',
  genres: 'genres',
  users: 'players',
  titles: 'titles',
} as const satisfies Record<Continuable, keyof typeof en>;

/** What was found of a kind. */
function listOf(kind: Continuable, data: ExplorerSearchMoreQuery, t: typeof en) {
  const { totalCount = 0, pageInfo = null } = data[kind] ?? {};
  const lines: Record<Continuable, () => Line[] | undefined> = {
    games: () => data.games?.nodes.map(gameLine),
    developers: () =>
      data.developers?.nodes.map(({ name, itemCount }) => [['developer', name], name, t.itemsOf(itemCount)]),
    genres: () => data.genres?.nodes.map(({ name, gameCount }) => [['genre', name], name, t.gamesOf(gameCount)]),
    users: () =>
      data.users?.nodes.map(({ userId, itemsCount, libraryKnown }) => [
        ['player', userId],
        userId,
        libraryKnown ? t.gamesOf(itemsCount) : t.unknownLibrary,
      ]),
    titles: () => data.titles?.nodes.map(titleLine),
  };
  return { total: totalCount, pageInfo, lines: lines[kind]() ?? [] };
}

type Game = NonNullable<ExplorerSearchQuery['games']>['nodes'][number];
type Title = NonNullable<ExplorerSearchQuery['titles']>['nodes'][number];

function gameLine(game: Game): Line {
  return [['game', game.appId], game.title ?? game.appId, String(game.releaseYear ?? '')];
}

function titleLine(title: Title): Line {
  const note = `${platformName(title.platform)} ${title.releaseYear ?? ''}`;
  return [['title', title.titleId], title.published.title ?? title.titleId, note];
}

/** The game and the title of which the text is the id. */
function linesOfId({ gameOfId, titleOfId }: ExplorerSearchQuery, t: typeof en): Line[] {
  return [
    ...(gameOfId?.nodes ?? []).map(gameLine).map(([path, name, year]): Line => {
      return [path, name, [t.kinds.game, year].filter(Boolean).join(', ')];
    }),
    ...(titleOfId?.nodes ?? []).map(titleLine),
  ];
}

function Lines({ of }: { of: Line[] }) {
  return (
    <ul class="found">
      {of.map(([path, name, note]) => (
        <li key={path.join()}>
          <a href={href(path)}>{name}</a> <span class="muted">{note}</span>
        </li>
      ))}
    </ul>
  );
}

function Nothing({ of }: { of: string }) {
  const t = useText();
  return (
    <State sign="lost">
      {searchAdvice(t, of).map((line) => (
        <p key={line}>{line}</p>
      ))}
    </State>
  );
}
