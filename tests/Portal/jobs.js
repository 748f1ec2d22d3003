// Jobs as a test wants them: answers for /api/v1/tenants/*/jobs, given inside the browser in front of the real server.
const ago = (minutes) => new Date(Date.now() - minutes * 60_000).toISOString();
const table = (name, rows, rowsEstimate, isDone = false) => ({ table: name, rows, rowsEstimate, isDone });
const spec = (more = {}, definition = {}) => ({ description: 'Shop of Berlin to the cloud', runsOn: 'berlin/erp-01', retriesMax: 20, waitHours: 168, runHours: 168, definition: { kind: 'migrate', from: 'mysql://reader@10.0.0.5:3306/shop', to: 'postgresql://writer@10.0.0.6:5432/shop', tables: [], without: [], parallel: 4, ...definition }, ...more });
const run = (number, more = {}) => ({ number, startedBy: 'ann', startedAt: ago(90 + number), endedAt: ago(60 + number), state: 'done', isGood: true, summary: '18 tables, 4,120,331 rows; 3,020,000 of them in this run, in 812.4 s. Equal: 18 tables, 4,120,331 rows.', rows: 4_120_331, rejects: 0, attempts: 2, hasCertificate: true, ...more });
const progress = (more = {}) => ({
  phase: 'copying', rows: 1_840_220, rowsTotal: 4_120_331, bytes: 402_118_040, rowsPerSecond: 48_210.4, secondsLeft: 47.3, table: 'shop.order_lines', rejects: 3, waiting: null,
  tables: [table('shop.order_lines', 940_220, 3_100_000), table('shop.orders', 800_000, 820_331), table('shop.customers', 100_000, 100_000, true), table('shop.出入库明细', 0, 100_000)], ...more,
});
const job = (id, state, more = {}) => ({ tenant: 'huaxin-foods', id, kind: 'migrate', spec: spec(), state, since: ago(4), deadline: ['done', 'failed', 'cancelled'].includes(state) ? null : new Date(Date.now() + 3_600_000).toISOString(), reason: null, worker: null, seenAt: null, token: 2, attempt: 1, nextTryAt: null, progress: null, assessment: null, lastRun: null, changedAt: ago(200), changedBy: 'ann', version: 3, ...more });
const findings = {
  summary: 'mysql://reader@10.0.0.5:3306/shop to postgresql://writer@10.0.0.6:5432/shop: 4 tables, about 4,120,331 rows.', rowsEstimate: 4_120_331, secondsEstimate: 96, blockers: [],
  tables: [{ name: 'shop.order_lines', rowsEstimate: 3_100_000, note: null }, { name: 'shop.notes', rowsEstimate: 20, note: 'one chunk: no key' }], handWork: [{ kind: 'view', name: 'shop.v_sales', what: 'SELECT shop, SUM(amount) FROM orders GROUP BY shop' }],
};
const follow = (more = {}) => ({ isBack: false, changes: 48_211, lagChanges: 132, lagSeconds: 0.8, isReached: false, ...more });
const refused = { kind: 'cutOver', sourceIsStopped: false, by: 'ann', at: ago(12), deadline: ago(-1_428), endedAt: ago(11), isDone: false, outcome: 'mysql://reader@10.0.0.5:3306/shop takes writes. Stop what writes to it, then make it read-only (SET GLOBAL read_only = ON), or say that nothing writes any more: --source-is-stopped.' };
export const jobs = () => [
  job('carry', 'running', { worker: 'huaxin-foods/berlin/erp-01', seenAt: ago(0), progress: progress(), attempt: 2, lastRun: run(1) }),
  job('behind', 'running', { worker: 'silo#1', seenAt: ago(0), spec: spec({ runsOn: '' }, { follow: true }), progress: progress({ phase: 'following', table: '', rows: 4_120_331, rowsPerSecond: 0, secondsLeft: null, rejects: 0, follow: follow() }), step: refused }),
  job('compare', 'done', { kind: 'verify', spec: spec({ runsOn: '', description: null }, { kind: 'verify' }), reason: 'Not equal: 1 of 18 tables differ.', progress: progress({ rows: 4_120_331, rejects: 0, tables: [] }), lastRun: run(1, { isGood: false, attempts: 1, summary: 'Not equal: 1 of 18 tables differ.' }) }),
  job('old', 'failed', { reason: 'The target refuses rows: duplicate key value violates unique constraint "orders_pkey".', lastRun: run(1, { state: 'failed', isGood: false, hasCertificate: false, summary: 'The target refuses rows.' }) }),
  job('wait', 'waiting', { reason: 'Worker huaxin-foods/berlin/erp-01 was silent for 60 s, so its lease ran out.', nextTryAt: new Date(Date.now() + 9_000).toISOString() }),
];

/** What was asked for beyond reading is in the list that comes back. */
export async function scriptJobs(page) {
  const asked = [];
  const state = jobs();
  const json = (route, body, status = 200) => route.fulfill({ status, contentType: status === 200 ? 'application/json' : 'application/problem+json', body: JSON.stringify(body) });
  await page.route('**/api/v1/tenants/*/jobs**', (route) => json(route, route.request().url().includes('huaxin-foods') ? state : []));
  await page.route('**/api/v1/tenants/*/jobs/**', (route) => {
    const request = route.request();
    const [id, part, number, more] = new URL(request.url()).pathname.split('/jobs/')[1].split('/').map(decodeURIComponent);
    let one = state.find((item) => item.id === id);
    if (request.method() !== 'GET') asked.push({ what: `${request.method()} ${[id, part].filter(Boolean).join('/')}`, body: request.postDataJSON() });
    if (part === 'throttle') {
      Object.assign(one.spec.definition, request.postDataJSON());
      return json(route, one);
    }
    if (request.method() === 'PUT') {
      if (one === undefined) state.push((one = job(id, 'draft')));
      Object.assign(one, { spec: request.postDataJSON(), kind: request.postDataJSON().definition.kind, version: one.version + 1 });
      if (one.spec.definition.from) one.spec.definition.from = one.spec.definition.from.replace(/:[^:/@]+@/, '@');
      return json(route, one);
    }
    if (one === undefined) return json(route, { status: 404, title: 'Not Found' }, 404);
    if (part === 'assess') Object.assign(one, { state: 'assessed', assessment: { at: ago(0), findings } });
    if (part === 'start' || part === 'resume') Object.assign(one, { state: 'running', progress: progress() });
    if (part === 'pause') Object.assign(one, { state: 'paused', reason: 'admin paused it.' });
    if (part === 'cancel') Object.assign(one, { state: 'cancelled', reason: 'admin cancelled it.' });
    if (['cut-over', 'back', 'end-follow'].includes(part)) one.step = { ...refused, kind: part === 'cut-over' ? 'cutOver' : part === 'back' ? 'back' : 'end', endedAt: null, outcome: null, sourceIsStopped: request.postDataJSON().sourceIsStopped };
    if (part === 'live') {
      const steps = [0, 1, 2, 3].map((step) => ({ ...one, progress: one.progress && { ...one.progress, rows: one.progress.rows + step * 24_000 } }));
      return route.fulfill({ status: 200, contentType: 'text/event-stream', body: steps.map((step) => `event: job\ndata: ${JSON.stringify(step)}\n\n`).join('') });
    }
    if (part === 'rejects') return json(route, { total: 3, lines: ['{"table":"shop.orders","reason":"value too long for type character varying(40)","row":{"id":"7","note":"太长的备注"}}', '{"table":"shop.orders","reason":"null value in column \\"shop\\"","row":{"id":"8","shop":null}}'] });
    if (part === 'runs' && more === 'certificate') return route.fulfill({ status: 200, contentType: 'text/html', body: '<h1>Certificate</h1>' });
    if (part === 'runs') return json(route, number === undefined ? (one.lastRun === null ? [] : [one.lastRun]) : { run: one.lastRun, result: null });
    return json(route, one);
  });
  return asked;
}
