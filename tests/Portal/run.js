// Runs the browser tests against a process that is already there: ORRERY_URL, ORRERY_USER (admin), ORRERY_PASSWORD.
// Without a browser or a process they are skipped, with the reason. `npm test -- word` runs the tests whose suite or name holds the word.
import { executable, launch, url } from './browser.js';
import * as accessibility from './accessibility.tests.js';
import * as boards from './boards.tests.js';
import * as centre from './centre.tests.js';
import * as changes from './changes.tests.js';
import * as checks from './checks.tests.js';
import * as cluster from './cluster.tests.js';
import * as configuration from './configuration.tests.js';
import * as flows from './flows.tests.js';
import * as jobs from './jobs.tests.js';
import * as licences from './licences.tests.js';
import * as news from './news.tests.js';
import * as people from './people.tests.js';
import * as pipelines from './pipelines.tests.js';
import * as reviews from './reviews.tests.js';
import * as sql from './sql.tests.js';
import * as tags from './tags.tests.js';
import * as watching from './watching.tests.js';

const wanted = (process.argv[2] ?? '').toLowerCase();
const suites = { people, watching, changes, centre, cluster, flows, pipelines, checks, sql, boards, jobs, configuration, licences, news, reviews, tags, accessibility };
const tests = Object.entries(suites).flatMap(([suite, { tests }]) => Object.entries(tests).map(([name, run]) => ({ name: name.replaceAll('_', ' '), suite, run })));
const chosen = tests.filter(({ suite, name }) => `${suite}: ${name}`.toLowerCase().includes(wanted));
const timeLimit = 180_000;

async function reason() {
  if (executable === null) return 'no Chromium found; install the package chromium or set ORRERY_CHROMIUM';
  if (!process.env.ORRERY_PASSWORD) return 'ORRERY_PASSWORD is not set';
  try {
    const answer = await fetch(url + '/healthz', { signal: AbortSignal.timeout(5_000) });
    return answer.ok ? null : `${url}/healthz answers ${answer.status}`;
  } catch (error) {
    return `${url} cannot be reached (${error.cause?.code ?? error.message})`;
  }
}

const skip = await reason();
if (skip !== null) {
  console.log(`Browser tests are skipped: ${skip}`);
  console.log(`0 passed, 0 failed, ${chosen.length} skipped`);
  process.exit(0);
}

// Several at once: a test mostly waits. Each has a browser of its own, the long ones begin first.
const atOnce = Number(process.env.ORRERY_BROWSERS ?? 3);
const queue = [...chosen.filter(({ suite }) => suite === 'accessibility'), ...chosen.filter(({ suite }) => suite !== 'accessibility')];
let passed = 0;
let failed = 0;

async function work() {
  const browser = await launch();
  for (let test = queue.shift(); test !== undefined; test = queue.shift()) {
    const { name, suite, run } = test;
    const started = Date.now();
    const seconds = () => `${((Date.now() - started) / 1000).toFixed(1)} s`;
    let timer;
    try {
      await Promise.race([run(browser), new Promise((_, reject) => (timer = setTimeout(() => reject(new Error(`not done within ${timeLimit / 1000} s`)), timeLimit)))]);
      passed++;
      console.log(`  ok    ${suite}: ${name} (${seconds()})`);
    } catch (error) {
      failed++;
      console.log(`  FAIL  ${suite}: ${name} (${seconds()})\n${String(error.stack ?? error).replace(/^/gm, '          ')}`);
    } finally {
      clearTimeout(timer);
      for (const context of browser.contexts()) await context.close();
    }
  }
  await browser.close();
}

await Promise.all(Array.from({ length: atOnce }, work));
console.log(`${passed} passed, ${failed} failed, 0 skipped`);
process.exit(failed === 0 ? 0 : 1);
