// Games for somebody without an account: a few games with hours in, recommendations out. The address keeps them.

import { useState } from 'preact/hooks';

import { useAnswer } from '../client';
import { ExplorerForMe, ExplorerGameNames, ExplorerHome } from '../generated/documents';
import { Combobox } from '../parts/combobox';
import { gamesOnly } from '../parts/finder';
import { Recommended } from '../parts/games';
import { Answered, Empty, Page, Section, State } from '../parts/page';
import { Diversity, useDiversity } from '../parts/slider';
import { setParameters, usePlace } from '../router';
import { useFormat, useText } from '../shell';

const USUAL_HOURS = 20;
const MOST_HOURS = 100_000; // over eleven years without a pause

interface Owned {
  appId: string;
  hours: number;
}

type Change = 'negative' | 'tooMany' | 'unreadable' | 'repeated';

/** `10:25,620:3`: product ids with hours. Impossible hours are replaced, and `changes` says which kinds there were. */
function read(text: string | null): { games: Owned[]; changes: Set<Change> } {
  const games = new Map<string, number>();
  const changes = new Set<Change>();
  for (const entry of (text ?? '').split(',')) {
    const [appId, written] = entry.split(':');
    if (!appId) continue;
    const wanted = Number(written ?? 0);
    if (Number.isNaN(wanted)) changes.add('unreadable');
    if (wanted < 0) changes.add('negative');
    if (wanted > MOST_HOURS) changes.add('tooMany');
    const hours = possible(wanted);
    if (games.has(appId)) changes.add('repeated');
    games.set(appId, Math.max(hours, games.get(appId) ?? 0));
  }
  return { games: [...games].map(([appId, hours]) => ({ appId, hours })), changes };
}

function possible(hours: number): number {
  return Math.min(Math.max(0, hours || 0), MOST_HOURS);
}

function write(games: Owned[]): string {
  return games.map(({ appId, hours }) => `${appId}:${hours}`).join(',');
}

export default function ForMe() {
  const t = useText();
  const format = useFormat();
  const place = usePlace();
  const diversity = useDiversity();
  const { games, changes } = read(place.query.get('games'));
  const free = place.query.get('free') === '1';
  const filter = free ? { isFree: { eq: true } } : null;
  const set = (changed: Owned[], options?: { replace: boolean }) =>
    setParameters(place, { games: write(changed) }, options);
  const names = useAnswer(ExplorerGameNames, games.length ? { ids: games.map(({ appId }) => appId) } : null);
  const answer = useAnswer(ExplorerForMe, games.length ? { games, diversity, filter } : null);
  const named = (appId: string) => names.data?.games.nodes.find((game) => game.appId === appId);
  const all = names.pending ? undefined : names.data?.games;
  const everyNamed = all && all.nodes.length === all.totalCount;
  const title = (appId: string) => named(appId)?.title ?? appId;
  return (
    <Page
      title={t.tasks.forMe[0]}
      lead={t.forMeLead}
      asked={games.length ? answer.asked : undefined}
      busy={answer.pending && games.length > 0}
    >
      <Section title={t.myGames}>
        {[...changes].map((change) => (
          <p class="notice" key={change}>
            {change === 'tooMany' ? t.hoursRead.tooMany(format.count(MOST_HOURS)) : t.hoursRead[change]}
          </p>
        ))}
        <ul class="mine">
          {games.map(({ appId, hours }) => (
            <li key={appId}>
              <span>
                {title(appId)}
                {everyNamed && !named(appId) && <small> {t.unknownGame}</small>}
              </span>
              <Hours
                label={t.hoursFor(title(appId))}
                given={hours}
                onChange={(changed) =>
                  set(
                    games.map((game) => (game.appId === appId ? { appId, hours: changed } : game)),
                    { replace: true },
                  )
                }
              />
              <button
                class="button"
                type="button"
                aria-label={t.remove(title(appId))}
                onClick={() => set(games.filter((game) => game.appId !== appId))}
              >
                ✕
              </button>
            </li>
          ))}
        </ul>
        <Combobox
          label={t.addGame}
          placeholder={t.addGame}
          search={gamesOnly()}
          onPick={({ id }) => set([...games.filter(({ appId }) => appId !== id), { appId: id, hours: USUAL_HOURS }])}
        />
      </Section>
      {games.length ? (
        <Section title={t.recommendations}>
          <div class="controls">
            <label class="check">
              <input
                type="checkbox"
                checked={free}
                onChange={(event) => setParameters(place, { free: event.currentTarget.checked ? 1 : null })}
              />
              {t.onlyFree}
            </label>
            <Diversity />
          </div>
          <Answered of={answer} inner>
            {({ recommendForLibrary: found }) =>
              found?.length ? <Recommended games={found} /> : <Empty>{t.nothingFound}</Empty>
            }
          </Answered>
        </Section>
      ) : (
        <Example onChoose={set} />
      )}
    </Page>
  );
}

interface HoursProps {
  label: string;
  given: number;
  onChange: (hours: number) => void;
}

function Hours({ label, given, onChange }: HoursProps) {
  const t = useText();
  const [typed, setTyped] = useState<string | null>(null); // stays when an answer comes while the reader types
  return (
    <label>
      <input
        type="number"
        min={0}
        max={MOST_HOURS}
        step={1}
        aria-label={label}
        value={typed ?? given}
        onInput={(event) => setTyped(event.currentTarget.value)}
        onChange={(event) => {
          setTyped(null);
          onChange(possible(Number(event.currentTarget.value)));
        }}
        onBlur={() => setTyped(null)}
      />
      <span aria-hidden="true">{t.hoursUnit}</span>
    </label>
  );
}

function Example({ onChoose }: { onChoose: (games: Owned[]) => void }) {
  const t = useText();
  const popular = useAnswer(ExplorerHome, { games: true, titles: false }).data?.games?.nodes.slice(0, 3);
  return (
    <State sign="empty">
      <p>{t.forMeEmpty}</p>
      <p class="actions">
        <button
          class="button"
          type="button"
          disabled={!popular}
          onClick={() => onChoose(popular!.map(({ appId }) => ({ appId, hours: USUAL_HOURS })))}
        >
          {t.tryExample}
        </button>
      </p>
    </State>
  );
}
