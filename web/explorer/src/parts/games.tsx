// Games: links, lists, and recommended ones with their reasons.

import type { ComponentChildren } from 'preact';

import type { RecommendationSource } from '../generated/types';
import { href } from '../router';
import { useFormat, useText } from '../shell';
import { Table } from './table';

interface GameName {
  appId: string;
  title: string | null;
}

interface GameLine extends GameName {
  releaseYear: number | null;
  price: number | null;
}

export function GameLink({ game }: { game: GameName }) {
  const t = useText();
  return <a href={href(['game', game.appId])}>{game.title ?? `${t.untitled} ${game.appId}`}</a>;
}

export function GameTable({
  games,
  caption,
}: {
  games: (GameLine & { hours: number; playerCount: number })[];
  caption: string;
}) {
  const t = useText();
  const format = useFormat();
  return (
    <Table
      caption={caption}
      rows={games}
      columns={[
        { name: t.game, cell: (game) => <GameLink game={game} /> },
        { name: t.year, cell: (game) => game.releaseYear ?? '–', numeric: true, minor: true },
        { name: t.price, cell: (game) => (game.price === 0 ? t.free : format.usd(game.price)), numeric: true },
        { name: t.players, cell: (game) => format.count(game.playerCount), numeric: true, minor: true },
        { name: t.hours, cell: (game) => format.short(game.hours), numeric: true },
      ]}
    />
  );
}

interface CardProps {
  game: GameLine;
  score: number;
  /** The best score of the list, which fills the bar. */
  best: number;
  source: RecommendationSource;
  children?: ComponentChildren;
}

/** A game that is recommended, and why. */
export function GameCard({ game, score, best, source, children }: CardProps) {
  const t = useText();
  const format = useFormat();
  const details = [game.releaseYear, game.price === null ? null : game.price === 0 ? t.free : format.usd(game.price)];
  return (
    <li class="card">
      <p class="card-title">
        <GameLink game={game} />
      </p>
      <p class="card-note">{details.filter((detail) => detail !== null).join(' · ')}</p>
      {children && <p class="reason">{children}</p>}
      <p class="score">
        <span class="score-room" aria-hidden="true">
          <span class="bar" style={{ width: `${best > 0 ? Math.max(4, (100 * score) / best) : 4}%` }} />
        </span>
        <small>
          {t.score} {format.decimal(score)}
        </small>
        <span class="tag" title={t.sources[source]}>
          {t.sourceNames[source]}
        </span>
      </p>
    </li>
  );
}

interface Because {
  because: { game: GameName }[];
}

/** The games that a recommendation rests on. */
export function Reason({ of }: { of: Because }) {
  const t = useText();
  if (!of.because.length) return <>{t.reasonPopular}</>;
  return (
    <>
      {t.because}{' '}
      {of.because.map(({ game }, place) => (
        <>
          {place > 0 && ', '}
          <GameLink key={game.appId} game={game} />
        </>
      ))}
    </>
  );
}

export function Recommended({
  games,
}: {
  games: { game: GameLine; score: number; source: RecommendationSource; reason: Because }[];
}) {
  const t = useText();
  const best = Math.max(...games.map(({ score }) => score));
  return (
    <>
      <p class="note">{t.scoreNote}</p>
      <ol class="cards">
        {games.map((recommended) => (
          <GameCard key={recommended.game.appId} {...recommended} best={best}>
            <Reason of={recommended.reason} />
          </GameCard>
        ))}
      </ol>
    </>
  );
}
