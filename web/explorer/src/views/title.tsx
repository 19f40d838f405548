// A streaming title: facts, mean rating, similar titles and what they share.

import { useAnswer } from '../client';
import { ExplorerTitle } from '../generated/documents';
import type { ExplorerTitleQuery } from '../generated/types';
import { platformName } from '../parts/finder';
import { isSameName } from '../parts/names';
import { Answered, Facts, Page, Section } from '../parts/page';
import { TitleLink } from '../parts/titles';
import { href, usePlace } from '../router';
import { useFormat, useText } from '../shell';

export default function Title() {
  const t = useText();
  const format = useFormat();
  const [, titleId = ''] = usePlace().path;
  const answer = useAnswer(ExplorerTitle, { titleId });
  return (
    <Answered of={answer}>
      {({ title }, asked) =>
        title && (
          <Page
            kind={`${t.titleKinds[title.kind]} · ${platformName(title.platform)}`}
            title={title.published.title ?? titleId}
            lead={title.published.description && <span lang="en">{title.published.description}</span>}
            asked={asked}
          >
            <Facts
              of={[
                [
                  t.meanRating,
                  title.score.count > 0 && (
                    <>
                      {t.stars(format.decimal(title.score.mean))} <small>{t.ratingsOf(title.score.count)}</small>
                    </>
                  ),
                ],
                [t.released, title.releaseYear],
                [
                  t.duration,
                  title.durationInt && (title.durationType === 'SEASON' ? t.seasons : t.minutes)(title.durationInt),
                ],
                [t.ageRating, title.rating.toUpperCase() + (title.ratingMissing ? ` (${t.assumed})` : '')],
                [t.added, title.dateAdded && format.date(title.dateAdded)],
                [t.genres, title.published.genres.join(', ')],
                [t.directors, title.published.directors.join(', ')],
                [t.countries, title.published.countries.join(', ')],
                [t.cast, title.published.cast.length > 0 && <Cast of={title.published.cast} />],
              ]}
            />
            <p class="actions">
              <a class="button" href={href(['verdict'], { title: titleId })}>
                {t.wouldLike}
              </a>
            </p>
            <Section title={t.similarTitles} note={t.scoreNote}>
              <ol class="cards">
                {title.similarTitles.map(({ title: similar, score, reason }) => (
                  <li class="card" key={similar.titleId}>
                    <p class="card-title">
                      <TitleLink title={similar} />
                    </p>
                    <p class="card-note">
                      {[platformName(similar.platform), similar.releaseYear].filter(Boolean).join(' · ')}
                    </p>
                    <Shared of={shared(title, similar, reason)} />
                    <p class="score">
                      <span class="score-room" aria-hidden="true">
                        <span class="bar" style={{ width: `${Math.max(2, 100 * score)}%` }} />
                      </span>
                      <small>
                        {t.score} {format.decimal(score)}
                      </small>
                    </p>
                  </li>
                ))}
              </ol>
            </Section>
          </Page>
        )
      }
    </Answered>
  );
}

type Whole = NonNullable<ExplorerTitleQuery['title']>;
type Similar = Whole['similarTitles'][number];

/** What two titles share, as the platforms write it; genres of other words by the words that they have in common. */
function shared({ published }: Whole, { published: other }: Similar['title'], reason: Similar['reason']): string[] {
  const genres = published.genres.filter((genre) => other.genres.some((named) => isSameName(named, genre)));
  const written = (name: string) =>
    [...published.cast, ...published.directors].find((person) => isSameName(person, name)) ?? name;
  return [
    ...(genres.length ? genres : reason.genreWords),
    ...[...reason.cast, ...reason.directors].map(written),
    ...reason.words,
  ];
}

function Shared({ of }: { of: string[] }) {
  const t = useText();
  if (!of.length) return null;
  return (
    <p class="reason">
      {t.inCommon} <span lang="en">{[...new Set(of)].slice(0, 8).join(', ')}</span>
    </p>
  );
}

function Cast({ of }: { of: string[] }) {
  return (
    <>
      {of.map((name, place) => (
        <>
          {place > 0 && ', '}
          <a key={name} href={href(['actor', name])}>
            {name}
          </a>
        </>
      ))}
    </>
  );
}
