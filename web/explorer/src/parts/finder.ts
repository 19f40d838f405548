// What the search fields offer, from one document.

import { ask } from '../client';
import { ExplorerSearch } from '../generated/documents';
import type { ExplorerSearchQuery } from '../generated/types';
import type { en } from '../text/en';
import type { Shell } from '../shell';
import type { Option } from './combobox';
import { first, isSameName } from './names';

export interface Found extends Option {
  path: string[];
  id: string;
}

const OFFERED = 4; // of each kind

type Search = (text: string, signal: AbortSignal) => Promise<Found[]>;

/** What the search for a text asks for: names, and the product or title of which the text is the id. */
export function searchOf(text: string, most: number, has: Shell['has'], mostActors = most) {
  return { text, id: text.toLowerCase(), first: most, mostActors, ...has };
}

/** Everything that has a view, exact names and ids first. */
export function everything(t: typeof en, { has }: Shell): Search {
  return async (text, signal) => {
    const data = await ask(ExplorerSearch, searchOf(text, OFFERED, has), signal);
    const all = [
      ...games(data).map((game) => ({ ...game, note: [t.kinds.game, game.note].filter(Boolean).join(', ') })),
      ...(data.developers?.nodes ?? []).map(({ name }) => found('developer', name, name, t.kinds.developer)),
      ...(data.genres?.nodes ?? []).map(({ name }) => found('genre', name, name, t.kinds.genre)),
      ...(data.users?.nodes ?? []).map(({ userId }) => found('player', userId, userId, t.kinds.player)),
      ...titles(data),
      ...(data.actors ?? []).map(({ displayName, appearances }) =>
        found('actor', displayName, displayName, [t.kinds.actor, t.titlesOf(appearances)].join(', ')),
      ),
    ];
    return first(all, ({ id, label }) => isSameName(id, text) || isSameName(label, text));
  };
}

export function gamesOnly(): Search {
  const has = { games: true, titles: false, people: false };
  return async (text, signal) => games(await ask(ExplorerSearch, searchOf(text, 8, has), signal));
}

export function titlesOnly(): Search {
  const has = { games: false, titles: true, people: false };
  return async (text, signal) => titles(await ask(ExplorerSearch, searchOf(text, 8, has), signal));
}

function games({ gameOfId, games: list }: ExplorerSearchQuery): Found[] {
  const [known] = gameOfId?.nodes ?? [];
  const others = (list?.nodes ?? []).filter(({ appId }) => appId !== known?.appId);
  return [...(known ? [known] : []), ...others].map(({ appId, title, releaseYear }) =>
    found('game', appId, title ?? appId, String(releaseYear ?? '')),
  );
}

function titles({ titleOfId, titles: list }: ExplorerSearchQuery): Found[] {
  const [known] = titleOfId?.nodes ?? [];
  const others = (list?.nodes ?? []).filter(({ titleId }) => titleId !== known?.titleId);
  return [...(known ? [known] : []), ...others].map(({ titleId, published, platform, releaseYear }) =>
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
