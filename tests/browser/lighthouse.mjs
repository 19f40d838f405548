// Measures pages with Lighthouse, as on a phone, in one Chromium: `node lighthouse.mjs CHROMIUM FLAGS URL...`, FLAGS
// separated by spaces. Writes one JSON object per line and page: its address, the score of each category (0 to 100),
// and the audits that cost points.

import { createRequire } from 'node:module';

const { default: lighthouse } = await import('../../web/node_modules/lighthouse/core/index.js');
const { launch } = createRequire(new URL('../../web/node_modules/lighthouse/', import.meta.url))('chrome-launcher');

const ENOUGH = 95;
const MORE = 2; // further measurements of a page that was slow: another process may have had the processor
const TRIES = 3; // a trace of a busy machine may lack its beginning
const FAST = 'performance';

const [chromePath, flags, ...addresses] = process.argv.slice(2);
const chrome = await launch({ chromePath, chromeFlags: ['--headless=new', ...flags.split(' ')] });

async function run(address, categories) {
  let failure;
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const { lhr } = await lighthouse(address, { port: chrome.port, onlyCategories: categories, logLevel: 'error' });
    failure = lhr.runtimeError;
    if (!failure) return lhr;
  }
  throw new Error(`${address}: ${failure.message}`);
}

async function measure(address, categories) {
  const lhr = await run(address, categories);
  const scores = {};
  const causes = [];
  for (const [name, { score, auditRefs }] of Object.entries(lhr.categories)) {
    if (score === null) throw new Error(`${address}: no score of ${name}`);
    scores[name] = Math.round(100 * score);
    for (const { id, weight } of auditRefs) {
      const audit = lhr.audits[id];
      if (weight && audit.score !== null && audit.score < 0.9) causes.push(`${id} ${audit.displayValue ?? ''}`.trim());
    }
  }
  return { scores, causes };
}

const median = (values) => values.sort((one, other) => one - other)[Math.floor(values.length / 2)];

try {
  for (const address of addresses) {
    const { scores, causes } = await measure(address, [FAST, 'accessibility', 'best-practices', 'seo']);
    if (scores[FAST] < ENOUGH) {
      const speeds = [scores[FAST]];
      for (let time = 0; time < MORE; time += 1) speeds.push((await measure(address, [FAST])).scores[FAST]);
      scores[FAST] = median(speeds);
    }
    console.log(JSON.stringify({ address, scores, causes }));
  }
} finally {
  await chrome.kill();
}
