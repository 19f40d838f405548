// The start: what there is, and where to begin.

import { useAnswer } from '../client';
import { ExplorerHome } from '../generated/documents';
import { Columns } from '../parts/charts';
import { GameTable } from '../parts/games';
import { Answered, Page, Section } from '../parts/page';
import { TitleTable } from '../parts/titles';
import { href } from '../router';
import { useFormat, useShell, useText } from '../shell';

export default function Home() {
  const t = useText();
  const format = useFormat();
  const { dataset, has } = useShell();
  const answer = useAnswer(ExplorerHome, { games: has.games, titles: has.titles });
  const figures = (['games', 'users', 'playRows', 'reviews', 'titles', 'ratings'] as const).filter(
    (name) => dataset[name],
  );
  const tasks = [
    ['for-me', t.tasks.forMe, has.games],
    ['verdict', t.tasks.verdict, has.titles],
    ['best', t.tasks.best, has.games],
    ['year', t.tasks.year, has.games],
    ['platforms', t.tasks.platforms, has.titles],
    ['models', t.tasks.models, true],
    ['data', t.tasks.data, true],
  ] as const;
  return (
    <Answered of={answer}>
      {({ games, genres, developers, titles }, asked) => (
        <Page title={t.home} lead={t.homeLead} asked={asked}>
          <ul class="figures">
            {figures.map((name) => (
              <li key={name}>
                <b>{format.short(dataset[name])}</b> {t.figures[name]}
              </li>
            ))}
          </ul>
          <ul class="tasks">
            {tasks
              .filter(([, , present]) => present)
              .map(([name, [title, what]]) => (
                <li key={name}>
                  <a href={href([name])}>
                    <b>{title}</b>
                    <span>{what}</span>
                  </a>
                </li>
              ))}
          </ul>
          {games && (
            <Section title={t.mostPlayed}>
              <GameTable games={games.nodes} caption={t.mostPlayed} />
            </Section>
          )}
          <div class="columns">
            {genres && (
              <Section title={t.byGenre}>
                <Links of={genres.nodes.map(({ name }) => ['genre', name])} />
              </Section>
            )}
            {developers && (
              <Section title={t.mostReviewed}>
                <Links of={developers.nodes.map(({ name }) => ['developer', name])} />
              </Section>
            )}
          </div>
          {games && (
            <Section title={t.gamesByYear}>
              <Columns
                caption={t.gamesByYear}
                head={[t.year, t.games]}
                of={games.aggregates.years.map(({ year, count }) => ({
                  x: year,
                  value: count,
                  shown: format.count(count),
                }))}
              />
            </Section>
          )}
          {titles && (
            <Section title={t.mostRated}>
              <TitleTable titles={titles.nodes} caption={t.mostRated} />
            </Section>
          )}
        </Page>
      )}
    </Answered>
  );
}

function Links({ of }: { of: [string, string][] }) {
  return (
    <ul class="links">
      {of.map(([kind, name]) => (
        <li key={name}>
          <a href={href([kind, name])}>{name}</a>
        </li>
      ))}
    </ul>
  );
}
