// The results of a search, by kind.

import { useAnswer } from '../client';
import { ExplorerSearch } from '../generated/documents';
import { isSearchable, searchAdvice } from '../parts/advice';
import { platformName } from '../parts/finder';
import { Answered, Page, Section, State } from '../parts/page';
import { href, usePlace } from '../router';
import { useShell, useText } from '../shell';

const SHOWN = 12; // of each kind

type Line = [path: string[], name: string, note: string];

export default function Search() {
  const t = useText();
  const { has } = useShell();
  const text = (usePlace().query.get('q') ?? '').trim();
  const answer = useAnswer(ExplorerSearch, isSearchable(text) ? { text, first: SHOWN, ...has } : null);
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
      {({ games, developers, genres, users, titles, actors }, asked, pending) => {
        const kinds: [string, number, Line[]][] = [
          [
            t.games,
            games?.totalCount ?? 0,
            lines(games?.nodes, (game) => [
              ['game', game.appId],
              game.title ?? game.appId,
              String(game.releaseYear ?? ''),
            ]),
          ],
          [
            t.developers,
            developers?.totalCount ?? 0,
            lines(developers?.nodes, ({ name, itemCount }) => [['developer', name], name, t.itemsOf(itemCount)]),
          ],
          [
            t.genres,
            genres?.totalCount ?? 0,
            lines(genres?.nodes, ({ name, gameCount }) => [['genre', name], name, t.gamesOf(gameCount)]),
          ],
          [
            t.players,
            users?.totalCount ?? 0,
            lines(users?.nodes, ({ userId, itemsCount }) => [['player', userId], userId, t.gamesOf(itemsCount)]),
          ],
          [
            t.titles,
            titles?.totalCount ?? 0,
            lines(titles?.nodes, (title) => [
              ['title', title.titleId],
              title.published.title ?? title.titleId,
              `${platformName(title.platform)} ${title.releaseYear ?? ''}`,
            ]),
          ],
          [
            t.actorsFound,
            actors?.length ?? 0,
            lines(actors ?? undefined, ({ displayName, appearances }) => [
              ['actor', displayName],
              displayName,
              t.titlesOf(appearances),
            ]),
          ],
        ];
        const found = kinds.filter(([, count]) => count > 0);
        return (
          <Page title={t.searched(text)} asked={asked} busy={pending}>
            {!found.length && <Nothing of={text} />}
            <div class="columns">
              {found.map(([kind, count, shown]) => (
                <Section key={kind} title={kind} note={count > shown.length ? t.firstOf(shown.length, t.matches(count)) : t.matches(count)}>
                  <ul class="found">
                    {shown.map(([path, name, note]) => (
                      <li key={path.join()}>
                        <a href={href(path)}>{name}</a> <span class="muted">{note}</span>
                      </li>
                    ))}
                  </ul>
                </Section>
              ))}
            </div>
          </Page>
        );
      }}
    </Answered>
  );
}

function lines<Node>(nodes: Node[] | undefined, line: (node: Node) => Line): Line[] {
  return (nodes ?? []).map(line);
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
