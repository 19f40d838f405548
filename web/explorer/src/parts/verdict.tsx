// The parts of a verdict: who rates, and what came out.

import { useEffect, useState } from 'preact/hooks';

import { useAnswer } from '../client';
import { ExplorerViewers } from '../generated/documents';
import type { VerdictFragment } from '../generated/types';
import { useFormat, useText } from '../shell';
import { Range } from './charts';
import { Facts, Section } from './page';

/** Asks for a viewer of the data. */
export function ViewerChoice({ viewer, onChoose }: { viewer: string; onChoose: (id: string) => void }) {
  const t = useText();
  const viewers = useAnswer(ExplorerViewers, {}).data?.viewers?.nodes ?? [];
  const [text, setText] = useState(viewer);
  useEffect(() => setText(viewer), [viewer]);
  return (
    <>
      <form
        class="controls"
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim()) onChoose(text.trim());
        }}
      >
        <label>
          {t.viewer}
          <input value={text} onInput={(event) => setText(event.currentTarget.value)} />
        </label>
        <button class="button" type="submit">
          {t.show}
        </button>
      </form>
      {viewers.length > 0 && (
        <>
          <p class="note">{t.someViewers}</p>
          <ul class="links">
            {viewers.map(({ viewerId }) => (
              <li key={viewerId}>
                <button
                  type="button"
                  onClick={() => {
                    setText(viewerId);
                    onChoose(viewerId);
                  }}
                >
                  {viewerId}
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

/** The verdict, its interval and what it rests on, by the reader's own ratings or those of a viewer, about whom
 * `children` say more. */
export function Result({ of, own, children }: { of: VerdictFragment; own?: boolean; children?: string }) {
  const t = useText();
  const format = useFormat();
  const estimate = t.stars(format.decimal(of.estimate));
  return (
    <>
      <div class={of.recommended ? 'verdict' : 'verdict no'} role="status">
        <b>{of.recommended ? t.verdictYes : t.verdictNo}</b>
        <span>{t.verdictAbove(estimate, t.stars(format.decimal(of.threshold, 1)))}</span>
        {of.ownRating !== null && (
          <span>{(own ? t.ratedByYou : t.ratedByViewer)(t.stars(format.decimal(of.ownRating, 1)))}</span>
        )}
        {children && <span class="muted">{children}</span>}
      </div>
      <Section title={t.details}>
        <Range
          from={0.5}
          to={5}
          low={of.interval.low}
          high={of.interval.high}
          marks={[
            { value: of.estimate, label: t.estimate(estimate), main: true },
            { value: of.threshold, label: t.threshold(t.stars(format.decimal(of.threshold, 1))) },
          ]}
          caption={t.ratingInterval(format.decimal(of.interval.low, 1), t.stars(format.decimal(of.interval.high, 1)))}
        />
        <p class="reason">{t.verdictReason(of, !!own)}</p>
        <Facts of={[[t.method, own && of.method === 'VIEWER_MEAN' ? t.yourMean : t.methods[of.method]]]} />
      </Section>
    </>
  );
}
