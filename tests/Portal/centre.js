// Products, account sets and operations as a test wants them: answers given inside the browser in front of the real server.
const ago = (minutes) => new Date(Date.now() - minutes * 60_000).toISOString();
const facts = (name, more = {}) => ({ name, product: 'cloud-galaxy', version: '9.2', state: 'active', databases: [{ kind: 'sqlserver', server: 'db-1', name: 'AIS001', sizeBytes: 4.2e9 }], lastBackupAt: ago(600), users: 31, ...more });
const accountSet = (number, more = {}) => ({ number, site: 'acme/berlin', registered: facts('总部账套'), reported: facts('总部账套'), reportedBy: 'erp-01', reportedAt: ago(2), drift: [], driftSince: null, version: 1, ...more });
const summary = (key, standing, more = {}) => ({ key, name: '总部账套', product: 'cloud-galaxy', version: '9.2', state: 'active', databases: 'AIS001', sizeBytes: 4.2e9, lastBackupAt: ago(600), users: 31, standing, ...more });
const operation = (id, kind, target, state, more = {}) => ({
  request: { id, server: 'erp-01', kind, target, reason: 'It does not print' }, site: 'acme/berlin', state, needsApproval: true, deadline: ['asked', 'approved', 'fetched', 'running'].includes(state) ? new Date(Date.now() + 3_600_000).toISOString() : null,
  steps: [{ state: 'asked', at: ago(9), by: 'ann' }, ...(state === 'asked' ? [] : [{ state: 'approved', at: ago(8), by: 'bob' }, { state, at: ago(7), by: 'erp-01' }])], progress: null, output: '', exitCode: null, reason: null, archiveBytes: 0, ...more,
});

/** What was asked for beyond reading is in the list that comes back. */
export async function scriptCentre(page) {
  const asked = [];
  const products = [{
    id: 'cloud-galaxy', name: '云星空', description: 'ERP', version: 3, modules: [{ id: 'finance', name: '财务' }, { id: 'pos', name: '零售终端' }],
    versions: [
      { id: '10.0', releasedAt: new Date(Date.now() + 9e9).toISOString(), supportEnds: null, note: null, state: 'planned' }, { id: '9.2', releasedAt: ago(9e5), supportEnds: '2031-12-31T00:00:00Z', note: '长期支持', state: 'supported' },
      { id: '9.0', releasedAt: ago(2e6), supportEnds: new Date(Date.now() + 5e9).toISOString(), note: null, state: 'ending' }, { id: '8.0', releasedAt: ago(3e6), supportEnds: '2024-12-31T00:00:00Z', note: null, state: 'ended' },
    ],
  }];
  const sets = [
    accountSet('001'), accountSet('002', { registered: facts('华东分公司'), reported: facts('华东分公司', { version: '9.0' }), drift: [{ field: 'version', registered: '9.2', reported: '9.0' }], driftSince: ago(300) }),
    accountSet('003', { registered: facts('测试账套', { state: 'suspended' }), reported: null, reportedBy: null, reportedAt: null }), accountSet('004', { registered: null, version: 0, reported: facts('临时账套', { product: null, version: null, lastBackupAt: null, users: null }) }),
  ];
  const list = [summary('acme/berlin/001', 'agreed'), summary('acme/berlin/002', 'drifted', { version: '9.0' }), summary('acme/berlin/003', 'unreported'), summary('globex/york/main', 'unregistered', { product: null, version: null, sizeBytes: 0, users: null, lastBackupAt: null })];
  const operations = [
    operation('op-4', 'restartService', 'till', 'asked'), operation('op-3', 'collectLogs', 'erp', 'running', { progress: { percent: 62, text: '14 files packed' } }),
    operation('op-2', 'collectLogs', 'erp', 'done', { archiveBytes: 523_000, output: '14 of 20 files in 523000 bytes' }), operation('op-1', 'restartService', 'till', 'failed', { reason: 'The command ended with code 3.', exitCode: 3, output: 'last words\n' }),
  ];
  const agents = [{ server: 'erp-01', version: '0.4.0', services: ['till', 'stock'], logFolders: ['erp'], mayUpgrade: true, seenAt: ago(0.1) }];
  const settings = { needApproval: ['restartService', 'collectLogs', 'upgradeAgent'] };
  const json = (route, body) => route.fulfill({ status: 200, contentType: 'application/json', body: JSON.stringify(body) });
  const note = (route, what) => asked.push({ what, method: route.request().method(), seen: route.request().headers()['if-match'], query: new URL(route.request().url()).searchParams.toString(), body: route.request().postDataJSON() });
  await page.route('**/api/v1/products**', (route) => json(route, products));
  await page.route('**/api/v1/products/**', (route) => (note(route, 'product'), json(route, products[0])));
  await page.route('**/api/v1/account-sets**', (route) => {
    note(route, 'list');
    const query = new URL(route.request().url()).searchParams;
    const found = list.filter((each) => !query.has('standing') || each.standing === query.get('standing'));
    return json(route, { items: found, next: null, total: found.length });
  });
  await page.route('**/sites/*/account-sets**', (route) => json(route, sets));
  await page.route('**/sites/*/account-sets/**', (route) => (note(route, 'accountSet'), json(route, sets[0])));
  await page.route('**/api/v1/operations**', (route) => json(route, { items: operations.filter((each) => ['asked', 'running'].includes(each.state)), next: null, total: 2 }));
  await page.route('**/api/v1/operations/settings', (route) => {
    if (route.request().method() === 'PUT') (note(route, 'settings'), Object.assign(settings, route.request().postDataJSON()));
    return json(route, settings);
  });
  await page.route('**/sites/*/agents', (route) => json(route, agents));
  await page.route('**/sites/*/operations**', (route) => {
    if (route.request().method() === 'POST') {
      note(route, 'ask');
      operations.unshift(operation(route.request().postDataJSON().id, route.request().postDataJSON().kind, route.request().postDataJSON().target, 'asked'));
      return json(route, operations[0]);
    }
    return json(route, operations);
  });
  await page.route('**/sites/*/operations/**', (route) => {
    note(route, new URL(route.request().url()).pathname.split('/').slice(-2).join('/'));
    Object.assign(operations.find((each) => each.request.id === 'op-4'), { state: 'approved' });
    return json(route, operations[0]);
  });
  return asked;
}
