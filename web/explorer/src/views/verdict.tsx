// Would this viewer like it? By a viewer's ratings in the data, or by the reader's own, which the address keeps.

import { useAnswer } from '../client';
import { ExplorerHome, ExplorerTitleNames, ExplorerVerdict, ExplorerVerdictForRatings } from '../generated/documents';
import { Combobox } from '../parts/combobox';
import { titlesOnly } from '../parts/finder';
import { Answered, Page, Section, State } from '../parts/page';
import { TitleLink } from '../parts/titles';
import { Result, ViewerChoice } from '../parts/verdict';
import { go, href, setParameters, usePlace } from '../router';
import { useFormat, useShell, useText } from '../shell';

const NAMED = 50; // titles, at most, by one question
const STARS = [5, 4.5, 4, 3.5, 3, 2.5, 2, 1.5, 1, 0.5];

interface Rating {
  titleId: string;
  rating: number;
}

type Change = 'unreadable' | 'repeated';

/** `as123:4.5,ns9:2`: title ids with stars. Impossible stars are left out, and `changes` says which kinds of entries
 * were changed. */
function read(text: string | null): { ratings: Rating[]; changes: Set<Change> } {
  const ratings = new Map<string, number>();
  const changes = new Set<Change>();
  for (const entry of (text ?? '').split(',')) {
    const [titleId, stars] = entry.split(':');
    if (!titleId) continue;
    if (!STARS.includes(Number(stars))) {
      changes.add('unreadable');
      continue;
    }
    if (ratings.has(titleId)) changes.add('repeated');
    ratings.set(titleId, Number(stars));
  }
  return { ratings: [...ratings].map(([titleId, rating]) => ({ titleId, rating })), changes };
}

function write(ratings: Rating[]): string {
  return ratings.map(({ titleId, rating }) => `${titleId}:${rating}`).join(',');
}

export default function VerdictView() {
  const t = useText();
  const format = useFormat();
  const { dataset } = useShell();
  const place = usePlace();
  const people = dataset.people !== 'OFF';
  const titleId = place.query.get('title') ?? '';
  const { ratings, changes } = read(place.query.get('ratings'));
  /** Whose ratings count: those of a viewer, who may still have to be named (''), or the reader's own. */
  const viewer = !people ? null : (place.query.get('viewer') ?? (place.query.get('whose') === 'viewer' ? '' : null));
  const ids = [...ratings.map(({ titleId }) => titleId), ...(titleId ? [titleId] : [])];
  const names = useAnswer(ExplorerTitleNames, ids.length ? { ids } : null);
  const found = (id: string) => names.data?.titles?.nodes.find((title) => title.titleId === id);
  const name = (id: string) => found(id)?.published.title ?? id;
  // One unknown title would leave all ratings without an answer. Of very many, not all are named.
  const known = ids.length > NAMED ? ratings : names.data ? ratings.filter(({ titleId }) => found(titleId)) : [];
  const own = useAnswer(
    ExplorerVerdictForRatings,
    viewer === null && titleId && known.length ? { ratings: known, titleId } : null,
  );
  const of = useAnswer(ExplorerVerdict, viewer && titleId ? { viewerId: viewer, titleId } : null);
  const set = (changed: Rating[], options?: { replace: boolean }) =>
    setParameters(place, { ratings: write(changed) }, options);
  const asked = viewer && titleId ? of.asked : titleId && known.length ? own.asked : undefined;
  return (
    <Page title={viewer === null ? t.tasks.verdict[0] : t.verdictTitle} lead={t.verdictLead} asked={asked}>
      <div class="columns">
        <Section title={t.theTitle}>
          {titleId && (
            <p class="chosen">
              <TitleLink title={{ titleId, published: { title: name(titleId) } }} />
            </p>
          )}
          <Combobox
            label={t.chooseTitle}
            placeholder={titleId ? t.change : t.chooseTitle}
            search={titlesOnly()}
            onPick={({ id }) => setParameters(place, { title: id })}
          />
        </Section>
        <Section title={t.whose}>
          {people && (
            <fieldset class="choice">
              <legend class="unseen">{t.whose}</legend>
              <label>
                <input
                  type="radio"
                  name="whose"
                  checked={viewer === null}
                  onChange={() => setParameters(place, { viewer: null, whose: null })}
                />
                {t.mine}
              </label>
              <label>
                <input
                  type="radio"
                  name="whose"
                  checked={viewer !== null}
                  onChange={() => setParameters(place, { whose: 'viewer' })}
                />
                {t.aViewer}
              </label>
            </fieldset>
          )}
          {!people && place.query.has('viewer') && <p class="notice">{t.absent.people[1]}</p>}
          {viewer !== null ? (
            <ViewerChoice viewer={viewer.trim()} onChoose={(id) => setParameters(place, { viewer: id, whose: null })} />
          ) : (
            <>
              {[...changes].map((change) => (
                <p class="notice" key={change}>
                  {t.ratingsRead[change]}
                </p>
              ))}
              <ul class="mine">
                {ratings.map(({ titleId: id, rating }) => (
                  <li key={id}>
                    <span>
                      {name(id)}
                      {names.data && !names.pending && ids.length <= NAMED && !found(id) && <small> {t.unknownGame}</small>}
                    </span>
                    <select
                      aria-label={t.ratingOf(name(id))}
                      value={rating}
                      onChange={(event) => {
                        const stars = Number(event.currentTarget.value);
                        const changed = ratings.map((one) =>
                          one.titleId === id ? { titleId: id, rating: stars } : one,
                        );
                        set(changed, { replace: true });
                      }}
                    >
                      {STARS.map((stars) => (
                        <option key={stars} value={stars}>
                          {t.stars(format.decimal(stars, 1))}
                        </option>
                      ))}
                    </select>
                    <button
                      class="button"
                      type="button"
                      aria-label={t.remove(name(id))}
                      onClick={() => set(ratings.filter((one) => one.titleId !== id))}
                    >
                      ✕
                    </button>
                  </li>
                ))}
              </ul>
              <Combobox
                label={t.addTitle}
                placeholder={t.addTitle}
                search={titlesOnly()}
                onPick={({ id }) => set([...ratings.filter((one) => one.titleId !== id), { titleId: id, rating: 4 }])}
              />
            </>
          )}
        </Section>
      </div>
      {viewer?.trim() && titleId ? (
        <Answered of={of} inner lost={found(titleId) && t.noViewer(viewer.trim())}>
          {({ viewer: found }) =>
            found?.verdict && (
              <Result of={found.verdict}>{t.viewerFacts(found.ratingCount, format.decimal(found.meanRating))}</Result>
            )
          }
        </Answered>
      ) : viewer === null && titleId && known.length ? (
        <Answered of={own} inner>
          {({ verdictForRatings: found }) => found && <Result of={found} own />}
        </Answered>
      ) : viewer === null && titleId && ratings.length && !names.data ? (
        <Answered of={names} inner>
          {() => null}
        </Answered>
      ) : (
        <State sign="empty">
          <p>{t.verdictEmpty}</p>
          <Example />
        </State>
      )}
    </Page>
  );
}

/** Fills in the titles that most have rated: one in question, two with stars. */
function Example() {
  const t = useText();
  const [wanted, ...known] = useAnswer(ExplorerHome, { games: false, titles: true }).data?.titles?.nodes ?? [];
  const ratings = known.slice(0, 2).map(({ titleId }, place) => ({ titleId, rating: 5 - place }));
  return (
    <p class="actions">
      <button
        class="button"
        type="button"
        disabled={!ratings.length}
        onClick={() => go(href(['verdict'], { title: wanted!.titleId, ratings: write(ratings) }))}
      >
        {t.tryTitles}
      </button>
    </p>
  );
}
