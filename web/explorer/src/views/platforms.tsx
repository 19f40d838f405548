// The platforms side by side, of all years or of one.

import { useAnswer } from '../client';
import { ExplorerActors, ExplorerPlatforms } from '../generated/documents';
import { Bars } from '../parts/charts';
import { platformName } from '../parts/finder';
import { Answered, Empty, Page, Section, State } from '../parts/page';
import { Table } from '../parts/table';
import { TitleLink } from '../parts/titles';
import { YearOptions, yearOf } from '../parts/years';
import { href, setParameters, usePlace } from '../router';
import { useFormat, useText } from '../shell';

const PLATFORMS = ['amazon', 'disney', 'hulu', 'netflix'] as const;
const SHOWN = 5;

export default function Platforms() {
  const t = useText();
  const format = useFormat();
  const place = usePlace();
  const written = place.query.get('year');
  const year = yearOf(written);
  const answer = useAnswer(ExplorerPlatforms, year ? { year, released: { eq: year } } : {});
  const ever = useAnswer(ExplorerPlatforms, {});
  const years = new Set(
    PLATFORMS.flatMap((name) => ever.data?.[name]?.aggregates.years.flatMap(({ year }) => year ?? []) ?? []),
  );
  return (
    <Answered of={answer}>
      {(data, asked, pending) => {
        const total = (name: (typeof PLATFORMS)[number]) => data[name]?.totalCount ?? 0;
        const longest = Math.max(...PLATFORMS.map((name) => data[`${name}Longest`]?.[0]?.durationInt ?? 0));
        return (
          <Page title={t.platformsTitle} lead={t.platformsLead} asked={asked} busy={pending}>
            {written && year === null && <p class="notice">{t.notRead(t.year)}</p>}
            <div class="controls">
              <label>
                {t.year}
                <select
                  key={years.size} // chosen when the options have come
                  value={year ?? ''}
                  onChange={(event) => setParameters(place, { year: event.currentTarget.value })}
                >
                  <option value="">{t.allYears}</option>
                  <YearOptions of={year ? years.add(year) : years} />
                </select>
              </label>
            </div>
            {PLATFORMS.every((name) => !total(name)) ? (
              <State sign="empty">
                <p>{t.noTitlesOfYear}</p>
              </State>
            ) : (
              <>
                <Section title={t.titleCounts}>
                  <Table
                    caption={t.titleCounts}
                    dense
                    rows={[...PLATFORMS]}
                    columns={[
                      { name: t.platform, cell: platformName },
                      ...(['MOVIE', 'SERIES'] as const).map((kind) => ({
                        name: kind === 'MOVIE' ? t.films : t.series,
                        numeric: true,
                        cell: (name: (typeof PLATFORMS)[number]) =>
                          format.count(data[name]?.aggregates.kinds.find((one) => one.kind === kind)?.count ?? 0),
                      })),
                      { name: t.total, numeric: true, cell: (name) => format.count(total(name)) },
                      {
                        name: t.meanStars,
                        numeric: true,
                        cell: (name) => format.decimal(data[name]?.aggregates.score.mean),
                      },
                    ]}
                  />
                </Section>
                <Section title={t.longest}>
                  <div class="four">
                    {PLATFORMS.map((name) => (
                      <div key={name}>
                        <h3>{platformName(name)}</h3>
                        {data[`${name}Longest`]?.length ? (
                          <Bars
                            caption={`${t.longest}, ${platformName(name)}`}
                            most={longest}
                            of={(data[`${name}Longest`] ?? []).slice(0, SHOWN).map((title) => ({
                              label: <TitleLink title={title} />,
                              value: title.durationInt ?? 0,
                              shown: t.minutes(title.durationInt ?? 0),
                            }))}
                          />
                        ) : (
                          <Empty>{total(name) ? t.noFilms : t.noTitlesHere}</Empty>
                        )}
                      </div>
                    ))}
                  </div>
                </Section>
                <Section title={t.actors}>
                  {year ? <Actors year={year} total={total} /> : <Empty>{t.actorsNeedYear}</Empty>}
                </Section>
              </>
            )}
          </Page>
        );
      }}
    </Answered>
  );
}

function Actors({ year, total }: { year: number; total: (name: (typeof PLATFORMS)[number]) => number }) {
  const t = useText();
  const answer = useAnswer(ExplorerActors, { year });
  return (
    <Answered of={answer} inner>
      {(data) => (
        <div class="four">
          {PLATFORMS.map((name) => (
            <div key={name}>
              <h3>{platformName(name)}</h3>
              {data[name]?.length ? (
                <Bars
                  caption={`${t.actors}, ${platformName(name)}`}
                  of={data[name].slice(0, SHOWN).map(({ displayName, appearances }) => ({
                    label: <a href={href(['actor', displayName])}>{displayName}</a>,
                    value: appearances,
                    shown: String(appearances),
                  }))}
                />
              ) : (
                <Empty>{total(name) ? t.noActors : t.noTitlesHere}</Empty>
              )}
            </div>
          ))}
        </div>
      )}
    </Answered>
  );
}
