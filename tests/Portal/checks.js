// Checks as a test wants them: answers for /api/v1/tenants/*/checks, given inside the browser in front of the real server.

const minutesAgo = (minutes) => new Date(Date.now() - minutes * 60_000).toISOString();
const spec = (more = {}) => ({ description: null, channel: null, kind: '', connection: null, results: [], everyMinutes: 15, at: null, timeZone: 'UTC', patienceSeconds: 60, ...more });
const summary = (number, minutes, more = {}) => ({
  number, cause: 'schedule', startedAt: minutesAgo(minutes), seconds: 4.2, outcome: 'equal', position: 'mysql-bin.000014:88410233', isExact: true, note: null, heldSeconds: 0.8, results: 14, resultsDifferent: 0, resultsSkipped: 2, rows: 1_240_331, missing: 0, surplus: 0, different: 0, ...more,
});
const check = (id, last, more = {}) => ({ tenant: 'huaxin-foods', id, spec: spec(), hasConnection: false, activity: 'idle', last, nextAt: minutesAgo(-9), changedAt: minutesAgo(4_000), changedBy: 'li.na', version: 3, ...more });
const wrong = { outcome: 'different', resultsDifferent: 1, missing: 1, surplus: 1, different: 1 };
const result = (name, more = {}) => ({ name, state: 'equal', reason: null, rows: 412, rowsExpected: 412, missing: 0, surplus: 0, different: 0, columns: ['shop', 'day', 'orders', 'amount'], key: ['shop', 'day'], differences: [], ...more });
const results = (differs) => [
  result('ads_day_sales'),
  differs
    ? result('ads_shop_sales', {
      state: 'different', rowsExpected: 412, missing: 1, surplus: 1, different: 1,
      differences: [
        { kind: 'different', expected: ['宁波天一店', '2030-01-01', '9804', '120433.10'], actual: ['宁波天一店', '2030-01-01', '9803', '120411.60'] },
        { kind: 'missing', expected: ['苏州观前店', '2030-01-01', '12', '804.00'], actual: null },
        { kind: 'surplus', expected: null, actual: ['测试店', '2030-01-01', '1', null] },
      ],
    })
    : result('ads_shop_sales'),
  result('ads_late', { state: 'skipped', reason: 'It reads the clock (CURRENT_TIMESTAMP), which is another one in the database.' }),
];

/** Answers in the browser; what was asked for beyond reading is in the list that comes back. A run that is begun is under way for one look, and finds differences. */
export async function scriptChecks(page) {
  const asked = [];
  const checks = [
    check('nightly', summary(31, 320, { isExact: false, position: null, note: 'The database tells no position of a picture of its tables; rows that differed were looked at again.' }), { spec: spec({ everyMinutes: null, at: '03:30', timeZone: 'Asia/Shanghai', kind: 'postgresql', description: 'The day before, against the warehouse of reports' }), hasConnection: true }),
    check('shop', summary(7, 12)),
    check('till', summary(2, 3, { ...wrong, missing: 1_204 })),
    check('fresh', null, { spec: spec({ everyMinutes: null }), nextAt: null }),
  ];
  const runs = Array.from({ length: 7 }, (_, index) => summary(7 - index, 12 + index * 15, index === 3 ? { ...wrong, missing: 40 } : index === 5 ? { outcome: 'failed', note: 'The database cannot be reached: connection refused.', results: 0, rows: 0 } : {}));
  let looks = 0;
  const json = (route, body, status = 200) => route.fulfill({ status, contentType: status < 300 ? 'application/json' : 'application/problem+json', body: body === null ? '' : JSON.stringify(body) });
  await page.route('**/api/v1/tenants/*/checks', (route) => json(route, route.request().url().includes('huaxin-foods') ? checks : []));
  await page.route('**/api/v1/tenants/*/checks/**', (route) => {
    const request = route.request();
    const [id, , number] = new URL(request.url()).pathname.split('/checks/')[1].split('/');
    const rest = request.url().split(`/checks/${id}`)[1];
    const method = request.method();
    let known = checks.find((item) => item.id === id);
    if (method !== 'GET') asked.push({ what: `${method} ${id}${rest.split('?')[0]}`, body: method === 'PUT' ? request.postDataJSON() : undefined });
    if (method === 'PUT') {
      if (request.postDataJSON().connection?.includes('elsewhere')) return json(route, { type: 'about:blank', title: 'Bad Request', status: 400, detail: "The host 'elsewhere.example' is not among those that may be read.", errors: { connection: ["The host 'elsewhere.example' is not among those that may be read."] } }, 400);
      if (known === undefined) checks.push((known = check(id, null, { version: 1 })));
      known.spec = { ...request.postDataJSON(), connection: null };
      return json(route, known);
    }
    if (known === undefined) return json(route, { status: 404, title: 'Not Found', detail: `There is no check 'huaxin-foods/${id}'.` }, 404);
    if (method === 'POST') {
      known.activity = 'comparing';
      looks = 0;
      return json(route, { number: 8 }, 202);
    }
    if (method === 'DELETE') return json(route, null, 204);
    if (rest.startsWith('/runs/')) {
      const ended = runs.find((run) => run.number === Number(number));
      return ended === undefined ? json(route, { status: 404, title: 'Not Found', detail: 'It is not kept.' }, 404) : json(route, { summary: ended, results: ended.outcome === 'failed' ? [] : results(ended.outcome === 'different') });
    }
    if (rest.startsWith('/runs')) return json(route, id === 'fresh' ? [] : runs);
    if (known.activity === 'comparing' && ++looks > 1) {
      runs.unshift((known.last = summary(8, 0, { ...wrong, cause: 'admin' })));
      known.activity = 'idle';
    }
    return json(route, known);
  });
  return asked;
}
