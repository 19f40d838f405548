// A game: facts, price and estimate, sentiment, similar games.

import { useAnswer } from '../client';
import { ExplorerGame } from '../generated/documents';
import type { ExplorerGameQuery } from '../generated/types';
import { Bars, Range } from '../parts/charts';
import { GameCard } from '../parts/games';
import { Answered, Facts, Page, Section } from '../parts/page';
import { Sentiment } from '../parts/sentiment';
import { Diversity, useDiversity } from '../parts/slider';
import { href, usePlace } from '../router';
import { useFormat, useText } from '../shell';
import type { EstimatingMethod } from '../text/en';

// Further ones are added up.
const MOST_REASONS = 6;

type Game = NonNullable<ExplorerGameQuery['game']>;

export default function GameView() {
  const t = useText();
  const format = useFormat();
  const [, appId = ''] = usePlace().path;
  const answer = useAnswer(ExplorerGame, { appId, diversity: useDiversity() });
  return (
    <Answered of={answer}>
      {({ game }, asked, pending) =>
        game && (
          <Page kind={t.kinds.game} title={game.title ?? `${t.untitled} ${appId}`} asked={asked} busy={pending}>
            {!game.inCatalogue && <p class="notice">{t.notInCatalogue}</p>}
            {game.ownerCount === 0 && game.reviewSentiment.total > 0 && <p class="notice">{t.inNoLibrary}</p>}
            <Facts
              of={[
                [
                  t.developer,
                  game.developer && <a href={href(['developer', game.developer.name])}>{game.developer.name}</a>,
                ],
                [t.publisher, game.publisher],
                [t.released, game.releaseDate ? format.date(game.releaseDate) : game.releaseDateText],
                [t.genres, game.genres.length > 0 && <GenreLinks of={game.genres} />],
                [t.owners, format.count(game.ownerCount)],
                [t.players, format.count(game.playerCount)],
                [t.hours, format.count(game.hours)],
                [t.metascore, game.metascore],
                [t.storeLabel, game.storeSentiment && (t.labels[game.storeSentiment] ?? game.storeSentiment)],
                [t.earlyAccess, game.earlyAccess && t.yes],
              ]}
            />
            <div class="columns">
              {game.priceEstimate && <Price game={game} estimate={game.priceEstimate} />}
              <div class="stack">
                <Sentiment of={game.reviewSentiment} />
                <Words title={t.tags} of={game.tags} />
                <Words title={t.features} of={game.specs} />
              </div>
            </div>
            <Section title={t.similarGames} note={t.scoreNote}>
              <Diversity />
              <ol class="cards">
                {game.similarGames.map((similar) => (
                  <GameCard
                    key={similar.game.appId}
                    {...similar}
                    best={Math.max(...game.similarGames.map(({ score }) => score))}
                  >
                    {similar.reason.sharedPlayers > 0 && <>{t.sharedPlayers(similar.reason.sharedPlayers)}. </>}
                    {similar.reason.sharedTags.length > 0 && (
                      <>
                        {t.sharedTags} <span lang="en">{similar.reason.sharedTags.join(', ')}</span>
                      </>
                    )}
                  </GameCard>
                ))}
              </ol>
            </Section>
          </Page>
        )
      }
    </Answered>
  );
}

function Words({ title, of }: { title: string; of: string[] }) {
  if (!of.length) return null;
  return (
    <Section title={title}>
      <ul class="words" lang="en">
        {of.map((word) => (
          <li key={word}>{word}</li>
        ))}
      </ul>
    </Section>
  );
}

function GenreLinks({ of }: { of: { name: string }[] }) {
  return (
    <>
      {of.map(({ name }, place) => (
        <>
          {place > 0 && ', '}
          <a key={name} href={href(['genre', name])}>
            {name}
          </a>
        </>
      ))}
    </>
  );
}

function Price({ game, estimate }: { game: Game; estimate: NonNullable<Game['priceEstimate']> }) {
  const t = useText();
  const format = useFormat();
  const marks = [{ value: estimate.price, label: t.estimate(format.usd(estimate.price)), main: true }];
  if (game.price !== null) {
    const price = game.price === 0 ? t.free : t.actual(format.usd(game.price));
    marks.push({ value: game.price, label: price, main: false });
  }
  const moved = estimate.reason.filter(({ usd, kind }) => usd !== 0 && kind !== 'EVERYTHING_ELSE').slice(0, MOST_REASONS);
  const rest = moved.reduce((left, { usd }) => left - usd, estimate.price - estimate.baseline);
  if (Math.abs(rest) >= 0.005) moved.push({ feature: t.everythingElse, kind: 'EVERYTHING_ELSE', names: [], usd: rest });
  const error = estimate.mae === null ? '' : ` ${t.priceError(format.usd(estimate.mae))}`;
  return (
    <Section title={t.priceTitle} note={`${t.priceNote[estimate.method as EstimatingMethod]}${error}`}>
      <Range
        low={estimate.low}
        high={estimate.high}
        marks={marks}
        caption={t.interval(format.usd(estimate.low), format.usd(estimate.high))}
      />
      {game.price === 0 && <p class="note">{t.estimateOfFree}</p>}
      <h3>{t.movedIt}</h3>
      {moved.length === 0 ? (
        <p>{t.movedByNothing(format.usd(estimate.baseline))}</p>
      ) : (
        <>
          <p class="note">{t.movedFrom(format.usd(estimate.baseline))}</p>
          <Bars
            caption={t.movedIt}
            of={moved.map(({ usd, ...reason }) => ({
              label: t.priceReason(reason),
              value: usd,
              shown: format.signedUsd(usd),
              tone: usd < 0 ? 'negative' : undefined,
            }))}
          />
        </>
      )}
    </Section>
  );
}
