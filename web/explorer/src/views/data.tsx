// What the snapshot has, and what is unknown or missing.

import { useAnswer } from '../client';
import { ExplorerData } from '../generated/documents';
import type { ExplorerDataQuery } from '../generated/types';
import { Bars, Columns } from '../parts/charts';
import { platformName } from '../parts/finder';
import { Answered, Facts, Page, Section } from '../parts/page';
import { useFormat, useShell, useText } from '../shell';
import { capital } from '../text/en';

/** What each kind of missing values is a share of. */
const WHOLE = {
  undatedGames: 'games',
  unpricedGames: 'games',
  gamesWithoutDeveloper: 'games',
  gamesWithoutGenre: 'games',
  gamesMissingFromCatalogue: 'games',
  playRowsMissingFromCatalogue: 'playRows',
  reviewsMissingFromCatalogue: 'reviews',
  unplayedRows: 'playRows',
  usersWithoutItems: 'users',
  usersWithoutLibrary: 'users',
  undatedReviews: 'reviews',
  reviewsWithInferredYear: 'reviews',
  reviewsWithoutText: 'reviews',
} as const;

const MOST_RATINGS = 10;
/** Prices are in whole cents: a band ends one below the next. */
const CENT = 0.01;
/** The last band of scores has its upper end. */
const MOST_STARS = 5;

interface YearCount {
  year: number | null;
  count: number;
}

interface Band {
  low: number | null;
  high: number | null;
  count: number;
}

/** How many there are; players without items are those whose library is known and empty. */
function missing(coverage: ExplorerDataQuery['dataset']['coverage'], name: keyof typeof WHOLE): number {
  return coverage[name] - (name === 'usersWithoutItems' ? coverage.usersWithoutLibrary : 0);
}

export default function Data() {
  const t = useText();
  const format = useFormat();
  const { has } = useShell();
  const answer = useAnswer(ExplorerData, { games: has.games, titles: has.titles });
  const stars = (value: number) => t.stars(format.decimal(value, 1));
  const years = (of: YearCount[]) =>
    of.map(({ year, count }) => ({ x: year, value: count, shown: format.count(count) }));
  const bars = (of: { name: string; count: number }[]) =>
    of.map(({ name, count }) => ({ label: name, value: count, shown: format.count(count) }));
  const others = (of: { count: number }[]) =>
    of.length ? [{ name: t.otherRatings(of.length), count: of.reduce((sum, { count }) => sum + count, 0) }] : [];
  const bands = (of: Band[], write: (value: number) => string, between: (low: number, high: number) => string) =>
    bars(
      of.map(({ low, high, count }) => ({
        count,
        name:
          low === null
            ? t.unknown
            : high !== null && high <= 0.01
              ? write(0)
              : high === null
                ? t.atLeast(write(low))
                : low === high
                  ? write(low)
                  : between(low, high),
      })),
    );
  return (
    <Answered of={answer}>
      {({ dataset, games, titles }, asked) => (
        <Page title={t.dataTitle} lead={t.dataLead} asked={asked}>
          {document.documentElement.dataset.report !== undefined && (
            <p>
              <a href={new URL('report', document.baseURI).href} target="_blank" rel="noopener">
                {t.report}
              </a>
            </p>
          )}
          <Section title={t.counts}>
            <Facts
              of={(['games', 'users', 'playRows', 'reviews', 'titles', 'ratings'] as const)
                .filter((name) => dataset[name])
                .map((name) => [capital(t.figures[name]), format.count(dataset[name])])}
            />
          </Section>
          <div class="columns">
            {games && (
              <>
                <Section title={t.missing} note={t.missingNote}>
                  <Bars
                    caption={t.missing}
                    most={1}
                    of={Object.entries(WHOLE).map(([name, whole]) => {
                      const count = missing(dataset.coverage, name as keyof typeof WHOLE);
                      const share = dataset[whole] ? count / dataset[whole] : 0;
                      return {
                        label: t.coverageNames[name as keyof typeof WHOLE],
                        value: share,
                        shown: `${format.count(count)} (${format.percent(100 * share)})`,
                      };
                    })}
                  />
                </Section>
                <Section
                  title={t.pricesOfGames}
                  note={
                    games.aggregates.price.known > 0 &&
                    t.priceSummary(
                      format.usd(games.aggregates.price.median),
                      format.usd(games.aggregates.price.mean),
                      format.usd(games.aggregates.price.max),
                    )
                  }
                >
                  <Bars
                    caption={t.pricesOfGames}
                    of={bands(
                      games.aggregates.priceBands,
                      (usd) => (usd ? format.usd(usd) : t.free),
                      (low, high) => t.upTo(format.usd(low), format.usd(high - CENT)),
                    )}
                  />
                </Section>
                <Section title={t.gamesByYear}>
                  <Columns caption={t.gamesByYear} head={[t.year, t.games]} of={years(games.aggregates.years)} />
                </Section>
              </>
            )}
            {titles && (
              <>
                <Section title={t.titlesByYear}>
                  <Columns caption={t.titlesByYear} head={[t.year, t.titles]} of={years(titles.aggregates.years)} />
                </Section>
                <Section title={t.titlesByPlatform}>
                  <Bars
                    caption={t.titlesByPlatform}
                    of={bars(
                      titles.aggregates.platforms.map(({ platform, count }) => ({
                        name: platformName(platform),
                        count,
                      })),
                    )}
                  />
                </Section>
                <Section title={t.titlesByScore}>
                  <Bars
                    caption={t.titlesByScore}
                    of={bands(titles.aggregates.scoreBands, stars, (low, high) =>
                      (high === MOST_STARS ? t.upTo : t.below)(stars(low), stars(high)),
                    )}
                  />
                </Section>
                <Section title={t.titlesByRating}>
                  <Bars
                    caption={t.titlesByRating}
                    of={bars([
                      ...titles.aggregates.ratings
                        .slice(0, MOST_RATINGS)
                        .map(({ rating, count }) => ({ name: rating.toUpperCase(), count })),
                      ...others(titles.aggregates.ratings.slice(MOST_RATINGS)),
                    ])}
                  />
                </Section>
              </>
            )}
          </div>
        </Page>
      )}
    </Answered>
  );
}
