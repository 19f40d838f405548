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

const STARS = [5, 4.5, 4, 3.5, 3, 2.5, 2, 1.5, 1, 0.5];

interface Rating {
  titleId: string;
  rating: number;
}

/** `as123:4.5,ns9:2`: title ids with stars. */
function read(text: string | null): Rating[] {
  return (text ?? '')
    .split(',')
    .map((entry) => entry.split(':'))
    .filter(([titleId, stars]) => titleId && STARS.includes(Number(stars)))
    .map(([titleId, stars]) => ({ titleId: titleId!, rating: Number(stars) }));
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
  const ratings = read(place.query.get('ratings'));
  const viewer = people ? place.query.get('viewer') : null;
  const ids = [...ratings.map(({ titleId }) => titleId), ...(titleId ? [titleId] : [])];
  const names = useAnswer(ExplorerTitleNames, ids.length ? { ids } : null);
  const found = (id: string) => names.data?.titles?.nodes.find((title) => title.titleId === id);
  const name = (id: string) => found(id)?.published.title ?? id;
  const own = useAnswer(
    ExplorerVerdictForRatings,
    viewer === null && titleId && ratings.length ? { ratings, titleId } : null,
  );
  const of = useAnswer(ExplorerVerdict, viewer && titleId ? { viewerId: viewer, titleId } : null);
  const set = (changed: Rating[]) => setParameters(place, { ratings: write(changed) });
  const asked = viewer && titleId ? of.asked : titleId && ratings.length ? own.asked : undefined;
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
                  onChange={() => setParameters(place, { viewer: null })}
                />
                {t.mine}
              </label>
              <label>
                <input
                  type="radio"
                  name="whose"
                  checked={viewer !== null}
                  onChange={() => setParameters(place, { viewer: ' ' })}
                />
                {t.aViewer}
              </label>
            </fieldset>
          )}
          {!people && place.query.has('viewer') && <p class="notice">{t.absent.people[1]}</p>}
          {viewer !== null ? (
            <ViewerChoice viewer={viewer.trim()} onChoose={(id) => setParameters(place, { viewer: id })} />
          ) : (
            <>
              <ul class="mine">
                {ratings.map(({ titleId: id, rating }) => (
                  <li key={id}>
                    <span>
                      {name(id)}
                      {names.data && !found(id) && <small> {t.unknownTitle}</small>}
                    </span>
                    <select
                      aria-label={t.ratingOf(name(id))}
                      value={rating}
                      onChange={(event) => {
                        const stars = Number(event.currentTarget.value);
                        set(ratings.map((one) => (one.titleId === id ? { titleId: id, rating: stars } : one)));
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
      ) : viewer === null && titleId && ratings.length ? (
        <Answered of={own} inner>{({ verdictForRatings: found }) => found && <Result of={found} own />}</Answered>
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
        onClick={() => go(href(['verdict'], { title: wanted!.titleId, ratings: write(ratings) }), { replace: true })}
      >
        {t.tryTitles}
      </button>
    </p>
  );
}
