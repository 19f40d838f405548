// The reviews by the sentiment of their texts.

import { useFormat, useText } from '../shell';
import { Shares } from './charts';
import { Empty, Section } from './page';

interface Counts {
  positive: number;
  neutral: number;
  negative: number;
  total: number;
}

export function Sentiment({ of }: { of: Counts }) {
  const t = useText();
  const format = useFormat();
  return (
    <Section title={t.reviewSentiment} note={of.total ? `${t.reviewsOf(of.total)}. ${t.sentimentNote}` : undefined}>
      {of.total ? (
        <Shares
          caption={t.reviewSentiment}
          of={(['positive', 'neutral', 'negative'] as const).map((tone) => ({
            label: t.sentiment[tone],
            value: of[tone],
            shown: `${format.count(of[tone])} (${format.percent((100 * of[tone]) / of.total)})`,
            tone,
          }))}
        />
      ) : (
        <Empty>{t.noReviews}</Empty>
      )}
    </Section>
  );
}
