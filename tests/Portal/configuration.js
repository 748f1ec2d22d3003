// Configuration as a test wants it: answers for /api/v1/config and /api/v1/tenants/*/config, given inside the browser in front of the real server.
const ago = (minutes) => new Date(Date.now() - minutes * 60_000).toISOString();
const measure = (score, applied) => ({ servers: 4, score, unwell: 0, applied, failed: 0, scored: 4, scoreSum: score * 4 });
const change = (version, state, more = {}) => ({ version, layer: 'product', before: version - 1, rollbackOf: null, state, comment: null, user: 'ann', at: ago(60 - version), approvedBy: null, rollout: null, wave: 0, endsAt: null, baseline: null, measured: null, reason: null, ...more });
const definition = { description: 'Tills of all shops', format: 'yaml', schema: null, secrets: ['/database/password'] };
const rolling = () => change(3, 'rolling', { comment: 'Two receipts', rollout: { waves: [{ percent: 0, minutes: 30, tag: 'pilot', servers: null }, { percent: 100, minutes: 60, tag: null, servers: null }] }, wave: 1, endsAt: new Date(Date.now() + 900_000).toISOString(), baseline: measure(96, 0), measured: measure(95, 3) });
const reason = 'In wave 1, the mean health of 4 servers fell from 96 to 61; it may fall by 10.';
const servers = [
  { server: 'huaxin-foods/berlin/pos-1', version: '4.2', tag: 'pilot', mark: '3.1', digest: 'b', seenAt: ago(1), wantedMark: '4.1', wantedDigest: 'a', driftSince: ago(2), error: null, score: 61 },
  { server: 'huaxin-foods/berlin/pos-2', version: '4.2', tag: '', mark: '2.1', digest: 'a', seenAt: ago(1), wantedMark: '2.1', wantedDigest: 'a', driftSince: null, error: null, score: 97 },
];

/** What was asked for beyond reading is in the list that comes back; `worsen` has the health of the wave's servers fall. */
export async function scriptConfiguration(page) {
  const asked = [];
  let history = [rolling(), change(2, 'live'), change(1, 'live')];
  let layer = { layer: 'product', text: 'port: 1\ndatabase:\n  password: (secret, version 2)\n', version: 2, changedAt: ago(58), changedBy: 'ann', open: history[0] };
  const json = (route, body, status = 200) => route.fulfill({ status, contentType: status === 200 ? 'application/json' : 'application/problem+json', body: JSON.stringify(body) });
  await page.route('**/api/v1/config/documents', (route) => json(route, [{ document: 'erp/pos', definition, version: 1, needsApproval: true }]));
  const answer = (route) => {
    const request = route.request();
    const { pathname } = new URL(request.url());
    const rest = pathname.split('/erp/pos')[1];
    if (request.method() !== 'GET') asked.push({ what: `${request.method()} ${rest}`, seen: request.headers()['if-match'], body: request.postDataJSON() });
    if (rest.startsWith('/layers/') && request.method() === 'PUT') return json(route, { status: 412, title: 'Precondition Failed', type: 'about:blank', detail: 'bob changed it since you read it.', version: 4, differences: [] }, 412);
    if (rest.startsWith('/layers/')) return json(route, layer);
    if (rest === '/versions') return json(route, history);
    if (rest === '/differences') return json(route, [{ path: '/port', from: '1', to: '2' }]);
    if (rest === '/effective') return json(route, { text: 'port: 1\n', mark: '2.1', digest: 'a', values: [{ path: '/port', value: '1', layer: 'site:berlin' }, { path: '/database/password', value: '"(secret, version 2)"', layer: 'product' }], problem: null });
    if (rest === '/servers') return json(route, servers);
    if (/^\/versions\/\d+$/.test(rest)) return json(route, { change: history.find((each) => rest.endsWith(`/${each.version}`)), text: '', differences: [{ path: '/port', from: null, to: '1' }] });
    if (request.method() === 'POST') return json(route, history[0]);
    return json(route, { document: 'erp/pos', owner: 'fleet', definition, needsApproval: true, layers: [{ ...layer, text: '' }] });
  };
  await page.route('**/api/v1/config/documents/**', answer);
  await page.route('**/api/v1/tenants/*/config/**', answer);
  return {
    asked,
    reason,
    worsen() {
      history = [change(4, 'live', { before: 3, rollbackOf: 2, comment: 'Version 3 was taken back.', user: 'orrery', reason }), { ...rolling(), state: 'returned', reason }, ...history.slice(1)];
      layer = { ...layer, version: 4, open: null };
    },
  };
}
