// A player: library, money, hours, recommendations.

import { ask, useAnswer } from '../client';
import { ExplorerPlayer, ExplorerPlayerLibrary } from '../generated/documents';
import { Continued } from '../parts/continued';
import { GameLink, Recommended } from '../parts/games';
import { Answered, Empty, Facts, Page, Section } from '../parts/page';
import { Sentiment } from '../parts/sentiment';
import { Diversity, useDiversity } from '../parts/slider';
import { Table } from '../parts/table';
import { usePlace } from '../router';
import { useFormat, useText } from '../shell';

export default function Player() {
  const t = useText();
  const format = useFormat();
  const [, userId = ''] = usePlace().path;
  const answer = useAnswer(ExplorerPlayer, { userId, diversity: useDiversity() });
  return (
    <Answered of={answer}>
      {({ user }, asked, pending) =>
        user && (
          <Page kind={t.kinds.player} title={user.userId} asked={asked} busy={pending}>
            {!user.libraryKnown && <p class="notice">{t.libraryUnknown}</p>}
            <Facts
              of={[
                [t.owned, user.libraryKnown && format.count(user.itemsCount)],
                [
                  t.spent,
                  user.libraryKnown &&
                    // Of games whose prices are all unknown, nothing says that they cost nothing.
                    (user.pricedItems || !user.itemsCount ? (
                      <>
                        {format.usd(user.moneySpent)}
                        {user.pricedItems > 0 && <small> {t.spentNote(user.pricedItems)}</small>}
                      </>
                    ) : (
                      t.priceUnknown
                    )),
                ],
                [t.hours, user.libraryKnown && format.count(user.hours)],
                [t.reviews, format.count(user.reviewCount)],
                [t.recommends, user.recommendPercent !== null && format.percent(user.recommendPercent)],
              ]}
            />
            <Section title={t.recommendations}>
              <Diversity />
              <Recommended games={user.recommendations} />
            </Section>
            <div class="columns">
              {user.libraryKnown && (
                <Section title={t.library} note={t.mostHours}>
                  {user.library.edges.length ? (
                    <Continued
                      key={user.userId}
                      of={{ rows: user.library.edges, pageInfo: user.library.pageInfo }}
                      total={user.library.totalCount}
                      all={t.gamesOf(user.library.totalCount)}
                      more={async (page) => {
                        const answer = await ask(ExplorerPlayerLibrary, { userId: user.userId, ...page });
                        const found = answer.user?.library;
                        return found && { rows: found.edges, pageInfo: found.pageInfo };
                      }}
                    >
                      {(rows) => (
                        <Table
                          caption={t.library}
                          rows={rows}
                          columns={[
                            { name: t.game, cell: ({ node }) => <GameLink game={node} /> },
                            {
                              name: t.price,
                              cell: ({ node }) => (node.price === 0 ? t.free : format.usd(node.price)),
                              numeric: true,
                            },
                            { name: t.hours, cell: ({ hours }) => format.decimal(hours, 1), numeric: true },
                          ]}
                        />
                      )}
                    </Continued>
                  ) : (
                    <Empty>{t.emptyLibrary}</Empty>
                  )}
                </Section>
              )}
              <Sentiment of={user.reviewSentiment} />
            </div>
          </Page>
        )
      }
    </Answered>
  );
}
