// What the search fields offer, from one document.

import { ask } from '../client';
import { ExplorerSearch } from '../generated/documents';
import type { ExplorerSearchQuery } from '../generated/types';
import type { en } from '../text/en';
import type { Shell } from '../shell';
import type { Option } from './combobox';

export interface Found extends Option {
  path: string[];
  id: string;
}

const OFFERED = 4; // of each kind

type Search = (text: string, signal: AbortSignal) => Promise<Found[]>;

/** Everything that has a view. */
export function everything(t: typeof en, { has }: Shell): Search {
  return async (text, signal) => {
    const data = await ask(ExplorerSearch, { text, first: OFFERED, ...has }, signal);
    return [
      ...games(data).map((game) => ({ ...game, note: [t.kinds.game, game.note].filter(Boolean).join(', ') })),
      ...(data.developers?.nodes ?? []).map(({ name }) => found('developer', name, name, t.kinds.developer)),
      ...(data.genres?.nodes ?? []).map(({ name }) => found('genre', name, name, t.kinds.genre)),
      ...(data.users?.nodes ?? []).map(({ userId }) => found('player', userId, userId, t.kinds.player)),
      ...titles(data),
      ...(data.actors ?? []).map(({ displayName, appearances }) =>
        found('actor', displayName, displayName, [t.kinds.actor, t.titlesOf(appearances)].join(', ')),
      ),
    ];
  };
}

export function gamesOnly(): Search {
  return async (text, signal) =>
    games(await ask(ExplorerSearch, { text, first: 8, games: true, titles: false, people: false }, signal));
}

export function titlesOnly(): Search {
  return async (text, signal) =>
    titles(await ask(ExplorerSearch, { text, first: 8, games: false, titles: true, people: false }, signal));
}

function games({ games: list }: ExplorerSearchQuery): Found[] {
  return (list?.nodes ?? []).map(({ appId, title, releaseYear }) =>
    found('game', appId, title ?? appId, String(releaseYear ?? '')),
  );
}

function titles({ titles: list }: ExplorerSearchQuery): Found[] {
  return (list?.nodes ?? []).map(({ titleId, published, platform, releaseYear }) =>
    found(
      'title',
      titleId,
      published.title ?? titleId,
      [platformName(platform), releaseYear].filter(Boolean).join(', '),
    ),
  );
}

function found(kind: string, id: string, label: string, note: string): Found {
  return { key: `${kind} ${id}`, id, label, note, path: [kind, id] };
}

export function platformName(platform: string): string {
  return platform[0]!.toUpperCase() + platform.slice(1).toLowerCase();
}
