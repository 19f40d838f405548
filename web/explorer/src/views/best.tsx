// The best developers of up to five years, compared.

import { useAnswer } from '../client';
import { ExplorerBest } from '../generated/documents';
import type { PlaceFragment, RankingMethod } from '../generated/types';
import { Bars } from '../parts/charts';
import { Answered, Empty, Page, Section } from '../parts/page';
import { Table } from '../parts/table';
import { YearOptions, yearOf } from '../parts/years';
import { href, setParameters, usePlace } from '../router';
import { useFormat, useShell, useText } from '../shell';

const YEARS = 5;
const ALIASES = ['a', 'b', 'c', 'd', 'e'] as const;
const METHODS: RankingMethod[] = ['COUNT', 'WILSON'];

export default function Best() {
  const t = useText();
  const format = useFormat();
  const place = usePlace();
  const { dataset } = useShell();
  const known = dataset.reviewYears;
  // The year of the crawl is not over: it is there to choose.
  const newest = known.findLast((year) => year !== dataset.crawlYear) ?? known.at(-1) ?? new Date().getFullYear();
  const [first, last] = [place.query.get('from'), place.query.get('to')];
  const to = yearOf(last) ?? newest;
  const from = Math.min(to, Math.max(1, to - YEARS + 1, yearOf(first) ?? to - 2));
  const changed = (first ?? String(from)) !== String(from) || (last ?? String(to)) !== String(to);
  const ranking = METHODS.find((method) => method === place.query.get('ranking')) ?? 'COUNT';
  const years = Array.from({ length: to - from + 1 }, (_, step) => from + step);
  // Fewer than five years: the last one is asked for again, which costs the server nothing to speak of.
  const [a, b, c, d, e] = ALIASES.map((_, step) => years[step] ?? to) as [number, number, number, number, number];
  const answer = useAnswer(ExplorerBest, { a, b, c, d, e, ranking });
  // The address may name others.
  const choice = new Set([...known, from, to]);
  /** A choice that leaves too many years, or none, moves the other end along. */
  const choose = (first: number, last: number) => {
    const end = first === from ? last : Math.min(Math.max(first, last), first + YEARS - 1);
    setParameters(place, { from: Math.min(Math.max(first, end - YEARS + 1), end), to: end });
  };
  return (
    <Answered of={answer}>
      {(data, asked, pending) => {
        const places = years.map((year, step) => ({ year, places: data[ALIASES[step]!] ?? [] }));
        return (
          <Page title={t.tasks.best[0]} lead={t.bestLead} asked={asked} busy={pending}>
            {changed && <p class="notice">{t.yearsRead(YEARS, from, to)}</p>}
            {place.query.has('ranking') && place.query.get('ranking') !== ranking && (
              <p class="notice">{t.notRead(t.ranking)}</p>
            )}
            <div class="controls">
              <label>
                {t.from}
                <select value={from} onChange={(event) => choose(Number(event.currentTarget.value), to)}>
                  <YearOptions of={choice} />
                </select>
              </label>
              <label>
                {t.to}
                <select value={to} onChange={(event) => choose(from, Number(event.currentTarget.value))}>
                  <YearOptions of={choice} />
                </select>
              </label>
              <label>
                {t.ranking}
                <select
                  value={ranking}
                  onChange={(event) => setParameters(place, { ranking: event.currentTarget.value })}
                >
                  {METHODS.map((method) => (
                    <option key={method} value={method}>
                      {t.rankings[method]}
                    </option>
                  ))}
                </select>
              </label>
            </div>
            <Across of={places} />
            <div class="columns three pending">
              {places.map(({ year, places: found }) => (
                <Section key={year} title={String(year)}>
                  {found.length ? (
                    <Bars
                      caption={`${t.tasks.best[0]}, ${year}`}
                      of={found.map(({ rank, developer, recommendations, reviewCount }) => ({
                        label: (
                          <>
                            {rank}. <a href={href(['developer', developer.name])}>{developer.name}</a>
                          </>
                        ),
                        value: ranking === 'WILSON' ? recommendations / reviewCount : recommendations,
                        shown:
                          ranking === 'WILSON'
                            ? t.shareOf(format.percent((100 * recommendations) / reviewCount), reviewCount)
                            : format.count(recommendations),
                      }))}
                    />
                  ) : (
                    <Empty>{t.noneInYear}</Empty>
                  )}
                </Section>
              ))}
            </div>
          </Page>
        );
      }}
    </Answered>
  );
}

/** The places of every developer in the years, best first. */
function Across({ of }: { of: { year: number; places: PlaceFragment[] }[] }) {
  const t = useText();
  const ranks = new Map<string, Map<number, number>>();
  for (const { year, places } of of) {
    for (const { developer, rank } of places) {
      ranks.set(developer.name, (ranks.get(developer.name) ?? new Map()).set(year, rank));
    }
  }
  const weight = (years: Map<number, number>) => [...years.values()].reduce((sum, rank) => sum + 6 - rank, 0);
  const rows = [...ranks].sort(([, one], [, other]) => weight(other) - weight(one));
  if (!rows.length) return null;
  return (
    <Section title={t.bestAcross}>
      <Table
        caption={t.bestAcross}
        dense
        rows={rows}
        columns={[
          { name: t.developer, cell: ([name]) => <a href={href(['developer', name])}>{name}</a> },
          ...of.map(({ year }) => ({
            name: String(year),
            numeric: true,
            cell: ([, years]: (typeof rows)[number]) => {
              const rank = years.get(year);
              return rank ? <span class={`place place-${rank}`}>{rank}</span> : <span class="muted">–</span>;
            },
          })),
        ]}
      />
    </Section>
  );
}
