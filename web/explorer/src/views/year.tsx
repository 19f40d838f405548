// The games of a release year: genres, features, labels, metascores.

import { useAnswer } from '../client';
import { ExplorerYear } from '../generated/documents';
import { Bars } from '../parts/charts';
import { GameLink } from '../parts/games';
import { Answered, Empty, Facts, Page, Section, State } from '../parts/page';
import { href, usePlace } from '../router';
import { useFormat, useShell, useText } from '../shell';

export default function Year() {
  const t = useText();
  const format = useFormat();
  const { dataset } = useShell();
  const [, given] = usePlace().path;
  const year =
    given === undefined ? (dataset.crawlYear ?? new Date().getFullYear()) - 1 : Math.trunc(Number(given)) || 0;
  const answer = useAnswer(ExplorerYear, { year });
  return (
    <Answered of={answer}>
      {({ catalogueYear: of }, asked) => (
        <Page kind={t.kinds.year} title={t.yearTitle(year)} asked={asked}>
          <p class="actions">
            <a class="button" href={href(['year', year - 1])}>
              ← {year - 1}
              <span class="unseen">, {t.before}</span>
            </a>
            <a class="button" href={href(['year', year + 1])}>
              {year + 1} →<span class="unseen">, {t.after}</span>
            </a>
          </p>
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
                  <Bars
                    caption={t.storeLabels}
                    of={of.storeSentiment.map(({ label, games }) => ({
                      label: t.labels[label] ?? label,
                      value: games,
                      shown: format.count(games),
                      tone: /negative/i.test(label) ? 'negative' : /positive/i.test(label) ? 'positive' : 'neutral',
                    }))}
                  />
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
            </>
          )}
        </Page>
      )}
    </Answered>
  );
}
