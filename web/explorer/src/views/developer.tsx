// A developer: items and free share per year, sentiment, games.

import { ask, useAnswer } from '../client';
import { ExplorerDeveloper, ExplorerDeveloperGames } from '../generated/documents';
import { Columns } from '../parts/charts';
import { Continued } from '../parts/continued';
import { GameTable } from '../parts/games';
import { Answered, Facts, Page, Section } from '../parts/page';
import { Sentiment } from '../parts/sentiment';
import { Table } from '../parts/table';
import { href, usePlace } from '../router';
import { useFormat, useText } from '../shell';

export default function Developer() {
  const t = useText();
  const format = useFormat();
  const [, name = ''] = usePlace().path;
  const answer = useAnswer(ExplorerDeveloper, { name });
  return (
    <Answered of={answer}>
      {({ developer }, asked) => {
        if (!developer) return null;
        const { releaseYears, companies } = developer;
        const free = releaseYears.reduce((sum, { freeItems }) => sum + freeItems, 0);
        const unknown = releaseYears.reduce((sum, { unknownPriceItems }) => sum + unknownPriceItems, 0);
        return (
          <Page kind={t.kinds.developer} title={developer.name} asked={asked}>
            <Facts
              of={[
                [t.items, format.count(developer.itemCount)],
                [t.freeItems, format.count(free)],
                [t.unknownPrice, unknown > 0 ? format.count(unknown) : null],
                [t.companies, companies.length > 1 ? companies.join(', ') : null],
              ]}
            />
            <div class="columns">
              <Section title={t.itemsByYear} note={t.itemsOfWhichFree}>
                <ul class="legend" aria-hidden="true">
                  <li>
                    <span class="dot all" /> {t.items}
                  </li>
                  <li>
                    <span class="dot part" /> {t.freeItems}
                  </li>
                </ul>
                <Columns
                  caption={t.itemsByYear}
                  head={[t.year, t.items]}
                  of={releaseYears.map(({ year, items, freeItems }) => ({
                    x: year,
                    value: items,
                    part: freeItems,
                    shown: format.count(items),
                  }))}
                />
              </Section>
              <Sentiment of={developer.reviewSentiment} />
            </div>
            <Section title={t.freeByYear}>
              <Table
                caption={t.freeByYear}
                rows={releaseYears}
                columns={[
                  {
                    name: t.year,
                    cell: ({ year }) => (year ? <a href={href(['year', year])}>{year}</a> : t.unknownYear),
                  },
                  { name: t.items, cell: ({ items }) => format.count(items), numeric: true },
                  { name: t.freeItems, cell: ({ freeItems }) => format.count(freeItems), numeric: true },
                  {
                    name: t.freeShare,
                    // Of items whose prices are all unknown, nothing says that none is free.
                    cell: (row) => format.percent(row.unknownPriceItems < row.items ? row.freePercent : null),
                    numeric: true,
                  },
                  {
                    name: t.unknownPrice,
                    cell: (row) => format.count(row.unknownPriceItems),
                    numeric: true,
                    minor: true,
                  },
                ]}
              />
            </Section>
            <Section title={t.mostPlayedOf}>
              <Continued
                key={developer.name}
                of={{ rows: developer.games.nodes, pageInfo: developer.games.pageInfo }}
                total={developer.games.totalCount}
                all={t.gamesOf(developer.games.totalCount)}
                more={async (page) => {
                  const found = (await ask(ExplorerDeveloperGames, { name: developer.name, ...page })).developer?.games;
                  return found && { rows: found.nodes, pageInfo: found.pageInfo };
                }}
              >
                {(rows) => <GameTable games={rows} caption={t.mostPlayedOf} />}
              </Continued>
            </Section>
          </Page>
        );
      }}
    </Answered>
  );
}
