// Licences as a test wants them: answers for /api/v1/licences and /api/v1/tenants/*/licences, given inside the browser in front of the real server.
const days = (n) => new Date(Date.now() + n * 86_400_000).toISOString();
const summary = (key, more = {}) => ({ key, customer: '华信食品', product: 'cloud-galaxy', validFrom: days(-200), expires: days(165), graceDays: 14, users: 50, modules: 3, revision: 2, revokedRevision: 0, version: 2, usersInUse: 38, isOver: false, ...more });
const terms = (more = {}) => ({ product: 'cloud-galaxy', versions: '9.*', validFrom: days(-200), expires: days(165), graceDays: 14, users: 50, modules: [{ name: 'finance', users: 10 }, { name: 'pos', users: null }, { name: 'stock', users: null }], sites: ['berlin'], note: 'Paid yearly', ...more });

export async function scriptLicences(page) {
  const asked = [];
  const list = [
    summary('huaxin-foods/erp'), summary('huaxin-foods/pos', { product: 'pos-terminal', users: 20, usersInUse: 26, isOver: true }), summary('huaxin-foods/old', { expires: days(-5), usersInUse: 4 }),
    summary('huaxin-foods/gone', { revokedRevision: 2 }), summary('huaxin-foods/next', { validFrom: days(5), users: null, expires: null }), summary('huaxin-foods/ended', { expires: days(-100) }),
  ];
  const one = { id: 'erp', tenant: 'huaxin-foods', customer: '华信食品', terms: terms(), revision: 2, state: 'active', revoked: null, issuedAt: days(-20), issuedBy: 'ann', version: 2 };
  const usage = {
    users: 38, granted: 50, isOver: true, servers: [{ server: 'huaxin-foods/berlin/erp-01', at: days(-0.001), users: 30 }, { server: 'huaxin-foods/berlin/erp-02', at: days(-0.01), users: 8 }],
    modules: [{ name: 'finance', users: 12, granted: 10, isGranted: true, isOver: true }, { name: 'pos', users: 26, granted: 50, isGranted: true, isOver: false }, { name: 'payroll', users: 1, granted: 0, isGranted: false, isOver: true }],
    peaks: Array.from({ length: 60 }, (_, at) => ({ day: days(at - 60).slice(0, 10), users: Math.round(30 + 12 * Math.sin(at / 4)) })),
  };
  const json = (route, body) => route.fulfill({ status: 200, contentType: 'application/json', body: JSON.stringify(body) });
  const keys = [{ id: 'k1', text: `k1 ${'QUJD'.repeat(21)}AA==`, pem: '', createdAt: days(-300), signsNow: true }];
  const answer = (route) => {
    const request = route.request();
    const address = new URL(request.url());
    if (address.pathname.endsWith('/licences/keys')) return json(route, keys);
    const [id, part] = (address.pathname.split('/licences/')[1] ?? '').split('/');
    if (request.method() !== 'GET') asked.push({ what: `${request.method()} ${[id, part].filter(Boolean).join('/')}`, body: request.postDataJSON() });
    if (id === '') return json(route, { items: list.filter((item) => !address.searchParams.has('endsWithinDays') || item.key.endsWith('old') || item.key.endsWith('ended')), next: null, total: list.length });
    if (part === 'usage') return json(route, usage);
    if (part === 'revisions') return json(route, [{ revision: one.revision, at: days(-20), by: 'ann', terms: one.terms }, { revision: 1, at: days(-200), by: 'bob', terms: terms({ users: 40 }) }]);
    if (part === 'revoke') Object.assign(one, { state: 'revoked', version: 3, revoked: { at: days(0), by: 'ann', reason: request.postDataJSON().reason } });
    if (request.method() === 'PUT') Object.assign(one, { id, terms: { ...one.terms, ...request.postDataJSON(), validFrom: one.terms.validFrom }, revision: one.revision + 1, version: one.version + 1, state: 'active', revoked: null });
    return json(route, one);
  };
  await page.route('**/api/v1/licences**', answer);
  await page.route('**/api/v1/licences/**', answer);
  await page.route('**/api/v1/tenants/*/licences**', answer);
  await page.route('**/api/v1/tenants/*/licences/**', answer);
  return asked;
}
