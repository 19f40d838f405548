// The cards of the models: how good they are, next to simpler ones, and their limits.

import { useContext } from 'preact/hooks';

import { useAnswer } from '../client';
import { ExplorerModels } from '../generated/documents';
import { Bars } from '../parts/charts';
import { Answered, Facts, Page, Section } from '../parts/page';
import { Table } from '../parts/table';
import { text, useFormat, useShell, useText } from '../shell';

export default function Models() {
  const t = useText();
  const format = useFormat();
  const { has } = useShell();
  const answer = useAnswer(ExplorerModels, { games: has.games, titles: has.titles });
  return (
    <Answered of={answer}>
      {({ model, priceModel, titleModel }, asked) => (
        <Page title={t.modelsTitle} lead={t.modelsLead} asked={asked}>
          {model && (
            <Section title={t.recommender} note={t.recommenderNote}>
              <Bars
                caption={t.recommender}
                of={[...(model.metrics ? [model.metrics] : []), ...model.baselines].map((metrics, place) => ({
                  label: (
                    <>
                      {t.rankingNames[metrics.ranking] ?? metrics.ranking}
                      {place === 0 && model.metrics && <span class="muted"> ({t.live})</span>}
                    </>
                  ),
                  value: metrics.ndcgAt10.value,
                  shown: `${format.decimal(metrics.ndcgAt10.value, 3)} (${format.decimal(metrics.ndcgAt10.low, 3)}–${format.decimal(metrics.ndcgAt10.high, 3)})`,
                  tone: place === 0 ? undefined : 'neutral',
                }))}
              />
              <Facts
                of={[
                  [t.players, format.count(model.users)],
                  [t.games, format.count(model.games)],
                  [t.coverage, model.metrics && format.percent(100 * model.metrics.coverage.value)],
                ]}
              />
              <Limits of={model.limits} />
            </Section>
          )}
          {priceModel && (
            <Section title={t.prices} note={t.pricesNote}>
              <Bars
                caption={t.prices}
                of={priceModel.methods.flatMap(({ method, random }) =>
                  random
                    ? {
                        label: (
                          <>
                            {t.priceMethods[method]}
                            {method === priceModel.best && <span class="muted"> ({t.best_})</span>}
                          </>
                        ),
                        value: random.mae,
                        shown: format.usd(random.mae),
                        tone: method === priceModel.best ? undefined : 'neutral',
                      }
                    : [],
                )}
              />
              <p class="reason">{t.priceFinding(priceModel)}</p>
              <Limits of={priceModel.limits} />
            </Section>
          )}
          {titleModel && (
            <Section title={t.verdicts} note={t.verdictsNote}>
              <Table
                caption={t.verdicts}
                rows={titleModel.methods}
                columns={[
                  {
                    name: t.method,
                    cell: ({ method }) => (
                      <>
                        {method ? t.methods[method] : t.globalMean}
                        {method === titleModel.best && <span class="muted"> ({t.best_})</span>}
                      </>
                    ),
                  },
                  { name: 'RMSE', cell: ({ rmse }) => format.decimal(rmse, 3), numeric: true },
                  { name: t.meanError, cell: ({ mae }) => format.decimal(mae, 3), numeric: true, minor: true },
                  { name: t.withinInterval, cell: ({ coverage }) => format.percent(100 * coverage), numeric: true },
                ]}
              />
              <p class="reason">{t.titleFinding(titleModel)}</p>
              <Limits of={titleModel.limits} />
            </Section>
          )}
        </Page>
      )}
    </Answered>
  );
}

function Limits({ of }: { of: string[] }) {
  const { language, t } = useContext(text);
  if (!of.length) return null;
  return (
    <details>
      <summary>{t.limits}</summary>
      <ul class="prose">
        {of.map((limit) => (
          <li key={limit} lang={t.limitTexts[limit] || language === 'en' ? undefined : 'en'}>
            {t.limitTexts[limit] ?? limit}
          </li>
        ))}
      </ul>
    </details>
  );
}
