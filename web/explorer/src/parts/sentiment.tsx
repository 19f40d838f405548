// The reviews by the sentiment of their texts.

import { useFormat, useText } from '../shell';
import { Shares } from './charts';
import { Empty, Section } from './page';
import { percentages } from './shares';

const TONES = ['positive', 'neutral', 'negative'] as const;

interface Counts {
  positive: number;
  neutral: number;
  negative: number;
  total: number;
}

export function Sentiment({ of }: { of: Counts }) {
  const t = useText();
  const format = useFormat();
  const { shares, digits } = percentages(TONES.map((tone) => of[tone]));
  return (
    <Section title={t.reviewSentiment} note={of.total ? `${t.reviewsOf(of.total)}. ${t.sentimentNote}` : undefined}>
      {of.total ? (
        <Shares
          caption={t.reviewSentiment}
          of={TONES.map((tone, place) => ({
            label: t.sentiment[tone],
            value: of[tone],
            shown: `${format.count(of[tone])} (${format.percent(shares[place], digits)})`,
            tone,
          }))}
        />
      ) : (
        <Empty>{t.noReviews}</Empty>
      )}
    </Section>
  );
}
