// The games of a release year: genres, features, labels, metascores, the most played.

import { ask, useAnswer } from '../client';
import { ExplorerYear, ExplorerYearGames, ExplorerYears } from '../generated/documents';
import { Bars } from '../parts/charts';
import { Continued } from '../parts/continued';
import { GameLink, GameTable } from '../parts/games';
import { Answered, Empty, Facts, Page, Section, State } from '../parts/page';
import { YearOptions, yearOf } from '../parts/years';
import { go, href, usePlace } from '../router';
import { useFormat, useShell, useText } from '../shell';

/** The labels of the store, best first. */
const LABELS = [
  'Overwhelmingly Positive',
  'Very Positive',
  'Positive',
  'Mostly Positive',
  'Mixed',
  'Mostly Negative',
  'Negative',
  'Very Negative',
  'Overwhelmingly Negative',
];
const LAST_YEAR = 9999; // that the server knows of

export default function Year() {
  const t = useText();
  const format = useFormat();
  const { dataset } = useShell();
  const [, given] = usePlace().path;
  const read = given === undefined ? undefined : yearOf(given);
  const year = read ?? (dataset.crawlYear ?? new Date().getFullYear()) - 1;
  const answer = useAnswer(ExplorerYear, { year });
  const ever = useAnswer(ExplorerYears, {}).data?.games.aggregates.years ?? [];
  const years = new Set([year, ...ever.flatMap(({ year }) => year ?? [])]);
  return (
    <Answered of={answer}>
      {({ catalogueYear: of }, asked) => (
        <Page kind={t.kinds.year} title={t.yearTitle(year)} asked={asked}>
          {read === null && <p class="notice">{t.notRead(t.year)}</p>}
          <div class="actions">
            {year > 1 && (
              <a class="button" href={href(['year', year - 1])}>
                ← {year - 1}
                <span class="unseen">, {t.before}</span>
              </a>
            )}
            <select
              key={years.size} // chosen when the options have come
              aria-label={t.year}
              value={year}
              onChange={(event) => go(href(['year', event.currentTarget.value]))}
            >
              <YearOptions of={years} />
            </select>
            {year < LAST_YEAR && (
              <a class="button" href={href(['year', year + 1])}>
                {year + 1} →<span class="unseen">, {t.after}</span>
              </a>
            )}
          </div>
          {!of?.gameCount ? (
            <State sign="empty">
              <p>{t.noGames}</p>
              <p class="actions">
                <a class="button" href={href(['year'])}>
                  {t.newestYear}
                </a>
              </p>
            </State>
          ) : (
            <>
              <Facts
                of={[
                  [t.games, format.count(of.gameCount)],
                  [t.earlyAccess, format.count(of.earlyAccessGames)],
                  [t.unlabelled, format.count(of.unlabelledGames)],
                ]}
              />
              <div class="columns">
                <Section title={t.topGenres}>
                  <Bars
                    caption={t.topGenres}
                    of={of.topGenres.map(({ genre, games }) => ({
                      label: <a href={href(['genre', genre.name])}>{genre.name}</a>,
                      value: games,
                      shown: format.count(games),
                    }))}
                  />
                </Section>
                <Section title={t.topFeatures}>
                  <Bars
                    caption={t.topFeatures}
                    of={of.topSpecs.map(({ name, games }) => ({
                      label: <span lang="en">{name}</span>,
                      value: games,
                      shown: format.count(games),
                    }))}
                  />
                </Section>
                <Section title={t.storeLabels}>
                  {of.storeSentiment.length ? (
                    <Bars
                      caption={t.storeLabels}
                      of={[...of.storeSentiment]
                        .sort((one, other) => LABELS.indexOf(one.label) - LABELS.indexOf(other.label))
                        .map(({ label, games }) => ({
                          label: t.labels[label] ?? label,
                          value: games,
                          shown: format.count(games),
                          tone: /negative/i.test(label) ? 'negative' : /positive/i.test(label) ? 'positive' : 'neutral',
                        }))}
                    />
                  ) : (
                    <Empty>{t.noLabels}</Empty>
                  )}
                </Section>
                <Section title={t.topMetascores}>
                  {of.topMetascores.length ? (
                    <Bars
                      caption={t.topMetascores}
                      of={of.topMetascores.map(({ game, metascore }) => ({
                        label: <GameLink game={game} />,
                        value: metascore,
                        shown: String(metascore),
                      }))}
                    />
                  ) : (
                    <Empty>{t.noMetascores}</Empty>
                  )}
                </Section>
              </div>
              <Section title={t.mostPlayedOfYear}>
                <Continued
                  of={{ rows: of.games.nodes, pageInfo: of.games.pageInfo }}
                  total={of.games.totalCount}
                  all={t.gamesOf(of.games.totalCount)}
                  more={async (page) => {
                    const found = (await ask(ExplorerYearGames, { year, ...page })).catalogueYear?.games;
                    return found && { rows: found.nodes, pageInfo: found.pageInfo };
                  }}
                >
                  {(rows) => <GameTable games={rows} caption={t.mostPlayedOfYear} />}
                </Continued>
              </Section>
            </>
          )}
        </Page>
      )}
    </Answered>
  );
}
