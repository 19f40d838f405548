// A genre: top players, hours by release year, best games.

import { useAnswer } from '../client';
import { ExplorerGenre } from '../generated/documents';
import { Bars, Columns } from '../parts/charts';
import { GameTable } from '../parts/games';
import { Answered, Page, Section } from '../parts/page';
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
                  of={genre.playTime
                    .filter(({ year }) => year !== null)
                    .map(({ year, hours }) => ({ x: year!, value: hours, shown: format.short(hours) }))}
                />
              </Section>
              {genre.topPlayers && (
                <Section title={t.topPlayers}>
                  <Bars
                    caption={t.topPlayers}
                    of={genre.topPlayers.map(({ user, hours }) => ({
                      label: <a href={href(['player', user.userId])}>{user.userId}</a>,
                      value: hours,
                      shown: t.hoursOf(format.count(hours)),
                    }))}
                  />
                </Section>
              )}
            </div>
            <Section title={t.bestGames}>
              <GameTable games={genre.games.nodes} caption={t.bestGames} />
            </Section>
          </Page>
        )
      }
    </Answered>
  );
}
