// A genre: top players, hours by release year, best games.

import { ask, useAnswer } from '../client';
import { ExplorerGenre, ExplorerGenreGames } from '../generated/documents';
import { Bars, Columns } from '../parts/charts';
import { Continued } from '../parts/continued';
import { GameTable } from '../parts/games';
import { Answered, Empty, Page, Section } from '../parts/page';
import { href, usePlace } from '../router';
import { useFormat, useShell, useText } from '../shell';

export default function Genre() {
  const t = useText();
  const format = useFormat();
  const { has } = useShell();
  const [, name = ''] = usePlace().path;
  const answer = useAnswer(ExplorerGenre, { name, people: has.people });
  return (
    <Answered of={answer}>
      {({ genre }, asked) =>
        genre && (
          <Page kind={t.kinds.genre} title={genre.name} lead={t.gamesOf(genre.gameCount)} asked={asked}>
            <div class="columns">
              <Section title={t.hoursByYear}>
                <Columns
                  caption={t.hoursByYear}
                  head={[t.year, t.hours]}
                  empty={t.unplayed}
                  of={genre.playTime.map(({ year, hours }) => ({ x: year, value: hours, shown: format.short(hours) }))}
                />
              </Section>
              {genre.topPlayers && (
                <Section title={t.topPlayers}>
                  {genre.topPlayers.length ? (
                    <Bars
                      caption={t.topPlayers}
                      of={genre.topPlayers.map(({ user, hours }) => ({
                        label: <a href={href(['player', user.userId])}>{user.userId}</a>,
                        value: hours,
                        shown: t.hoursOf(format.count(hours)),
                      }))}
                    />
                  ) : (
                    <Empty>{t.unplayed}</Empty>
                  )}
                </Section>
              )}
            </div>
            <Section title={t.bestGames}>
              <Continued
                key={genre.name}
                of={{ rows: genre.games.nodes, pageInfo: genre.games.pageInfo }}
                total={genre.games.totalCount}
                all={t.gamesOf(genre.games.totalCount)}
                more={async (page) => {
                  const found = (await ask(ExplorerGenreGames, { name: genre.name, ...page })).genre?.games;
                  return found && { rows: found.nodes, pageInfo: found.pageInfo };
                }}
              >
                {(rows) => <GameTable games={rows} caption={t.bestGames} />}
              </Continued>
            </Section>
          </Page>
        )
      }
    </Answered>
  );
}
