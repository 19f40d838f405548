// An actor: the titles with the actor in the cast.

import { useAnswer } from '../client';
import { ExplorerActor } from '../generated/documents';
import { Bars, Columns } from '../parts/charts';
import { platformName } from '../parts/finder';
import { isSameName } from '../parts/names';
import { Answered, Facts, Page, Section, State } from '../parts/page';
import { TitleTable } from '../parts/titles';
import { href, usePlace } from '../router';
import { useFormat, useText } from '../shell';

export default function Actor() {
  const t = useText();
  const format = useFormat();
  const [, name = ''] = usePlace().path;
  const answer = useAnswer(ExplorerActor, { name });
  return (
    <Answered of={answer}>
      {({ titles, actors }, asked) => {
        if (!titles) return null;
        const { years } = titles.aggregates;
        const [found] = actors ?? [];
        return (
          <Page
            kind={t.kinds.actor}
            title={found && isSameName(found.name, name) ? found.displayName : name}
            asked={asked}
          >
            {titles.totalCount === 0 ? (
              <State sign="lost">
                <p>{t.noTitles}</p>
                <p class="actions">
                  <a class="button" href={href(['search'], { q: name })}>
                    {t.searchName(name)}
                  </a>
                </p>
              </State>
            ) : (
              <>
                <Facts
                  of={[
                    [t.titles, format.count(titles.totalCount)],
                    [
                      t.meanRating,
                      titles.aggregates.score.mean !== null && t.stars(format.decimal(titles.aggregates.score.mean)),
                    ],
                  ]}
                />
                <div class="columns">
                  <Section title={t.titlesByPlatform}>
                    <Bars
                      caption={t.titlesByPlatform}
                      of={titles.aggregates.platforms.map(({ platform, count }) => ({
                        label: platformName(platform),
                        value: count,
                        shown: format.count(count),
                      }))}
                    />
                  </Section>
                  {years.length > 1 && (
                    <Section title={t.titlesByYear}>
                      <Columns
                        caption={t.titlesByYear}
                        head={[t.year, t.titles]}
                        of={years.map(({ year, count }) => ({ x: year, value: count, shown: format.count(count) }))}
                      />
                    </Section>
                  )}
                </div>
                <Section title={t.titles} note={titles.totalCount > titles.nodes.length && t.newestTitles}>
                  <TitleTable titles={titles.nodes} caption={t.titles} />
                </Section>
              </>
            )}
          </Page>
        );
      }}
    </Answered>
  );
}
