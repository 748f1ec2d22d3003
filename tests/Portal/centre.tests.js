import assert from 'node:assert/strict';
import { problemsOf } from './accessibility.tests.js';
import { open, password, signIn, url, user } from './browser.js';
import { scriptCentre } from './centre.js';

async function sitePath(page) {
  return page.evaluate(async () => {
    const row = (await (await fetch('/api/v1/servers?limit=1')).json()).items[0];
    return `/tenants/${row.tenant}/sites/${row.site}`;
  });
}

async function begin(browser, look = {}, at = '/products') {
  const page = await open(browser, look);
  const asked = await scriptCentre(page);
  await signIn(page, at);
  return { page, asked };
}

const look = (theme, language) => async (browser) => {
  const { page } = await begin(browser, { theme, language });
  const problems = [];
  await page.waitForSelector('[data-product="cloud-galaxy"] [data-version="9.2"]');
  problems.push(...(await problemsOf(page, 'products')));
  await page.click('[data-test=new-product]');
  await page.waitForSelector('.el-dialog textarea[name=versions]');
  problems.push(...(await problemsOf(page, 'product')));
  await page.goto(`${url}/account-sets`);
  await page.waitForSelector('[data-account-set="acme/berlin/002"]');
  problems.push(...(await problemsOf(page, 'account sets')));
  await page.goto(`${url}/operations`);
  await page.waitForSelector('[data-operation="op-4"]');
  await page.waitForSelector('[data-kind=collectLogs]');
  problems.push(...(await problemsOf(page, 'operations')));
  await page.goto(url + (await sitePath(page)));
  await page.waitForSelector('[data-account-set="002"]');
  await page.waitForSelector('[data-operation="op-1"]');
  problems.push(...(await problemsOf(page, 'site')));
  assert.equal(problems.length, 0, problems.slice(0, 20).join('\n'));
};

export const tests = {
  Names_contrast_and_widths_hold_in_English_and_light: look('light', 'en'),
  Names_contrast_and_widths_hold_in_Chinese_and_dark: look('dark', 'zh'),

  async A_product_is_registered_with_versions_and_modules_a_line_each(browser) {
    const { page, asked } = await begin(browser);
    await page.click('[data-test=new-product]');
    await page.fill('input[name=product]', 'pos');
    await page.fill('input[name=name]', 'POS');
    await page.fill('textarea[name=versions]', '2.0 soon');
    assert.ok(await page.locator('.el-dialog [data-test=save]').isDisabled());
    await page.fill('textarea[name=versions]', '2.0 2025-03-01 2028-12-31');
    await page.fill('textarea[name=modules]', 'till Tills');
    await page.click('.el-dialog [data-test=save]');
    await page.waitForSelector('.el-dialog', { state: 'detached' });
    assert.deepEqual(asked.find((each) => each.what === 'product').body, { name: 'POS', description: null, modules: [{ id: 'till', name: 'Tills' }], versions: [{ id: '2.0', releasedAt: '2025-03-01T00:00:00Z', supportEnds: '2028-12-31T00:00:00Z', note: null }] });
  },

  async Account_sets_of_all_sites_are_filtered(browser) {
    const { page, asked } = await begin(browser, {}, '/account-sets?product=cloud-galaxy&version=9.2');
    await page.waitForSelector('[data-account-set="globex/york/main"]');
    assert.match(asked[0].query, /product=cloud-galaxy&version=9\.2/);
    await page.click('[data-test=standing]');
    await page.click('.el-select-dropdown__item:has-text("Differ")');
    await page.waitForSelector('[data-account-set="globex/york/main"]', { state: 'detached' });
    assert.equal(await page.locator('[data-account-set]').count(), 1);
    await Promise.all([page.waitForRequest((request) => request.url().includes('backupOlderThanDays=7')), page.click('[data-test=old]')]);
  },

  async A_site_shows_drift_and_operations_which_another_approves(browser) {
    const { page, asked } = await begin(browser);
    await page.goto(url + (await sitePath(page)));
    await page.waitForSelector('[data-account-set="002"]');
    assert.match(await page.locator('[data-account-set="002"]').textContent(), /9\.2 registered, 9\.0 reported/);
    assert.match(await page.locator('[data-operation="op-3"]').textContent(), /62 % · 14 files packed/);
    assert.match(await page.locator('[data-operation="op-2"] [data-test=archive]').getAttribute('href'), /\/sites\/berlin\/operations\/op-2\/archive$/);
    await page.click('[data-operation="op-1"] [data-test=steps]');
    await page.waitForSelector('pre.output');
    assert.match(await page.locator('pre.output').textContent(), /last words/);
    await page.click('[data-operation="op-4"] [data-test=approve]');
    await page.waitForSelector('[data-operation="op-4"] [data-state=approved]');
    assert.ok(asked.some((each) => each.what === 'op-4/approve'));
    await page.click('[data-test=new-operation]');
    await page.fill('input[name=reason]', 'It does not print');
    await page.click('.el-dialog [data-test=save]');
    await page.waitForSelector('.el-dialog', { state: 'detached' });
    const ask = asked.find((each) => each.what === 'ask').body;
    assert.deepEqual([ask.server, ask.kind, ask.target, ask.reason, ask.id.length], ['erp-01', 'restartService', 'till', 'It does not print', 16]);
  },

  async The_operator_says_which_kinds_another_has_to_approve(browser) {
    const { page, asked } = await begin(browser, {}, '/operations');
    await page.click('[data-kind=collectLogs]');
    await page.waitForSelector('[data-kind=collectLogs]:not(.is-checked)');
    assert.deepEqual(asked.find((each) => each.what === 'settings').body, { needApproval: ['restartService', 'upgradeAgent'] });
  },

  // Against the real server: two servers of a site play their part over the same doors as agents do.
  async A_canary_that_worsens_real_health_returns_by_itself(browser) {
    const name = `canary-${Date.now().toString(36)}`;
    const session = await (await fetch(`${url}/api/v1/session`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ user, password }) })).json();
    const call = async (method, path, body, token = session.token) => {
      const answer = await fetch(`${url}/api/v1${path}`, { method, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: body === undefined ? undefined : JSON.stringify(body) });
      const text = await answer.text();
      assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
      return { text, digest: answer.headers.get('etag')?.slice(1, -1), mark: answer.headers.get('orrery-mark') };
    };
    await call('POST', '/tenants', { id: name, name });
    let playing = true;
    const servers = ['pos-1', 'pos-2'];
    try {
      await call('POST', `/tenants/${name}/sites`, { id: 'berlin', name: 'Berlin' });
      const key = JSON.parse((await call('POST', `/tenants/${name}/sites/berlin/keys`, { name: 'canary' })).text).text;
      await call('PUT', `/tenants/${name}/rules/too-busy`, { name: 'Too busy', matchers: [{ label: '__name__', kind: 'equal', value: 'till_queue' }], signal: 'value', comparison: 'above', threshold: 10, recovery: null, forSeconds: 0, severity: 'critical', penalty: null, enabled: true, description: null });
      await call('PUT', `/config/documents/${name}/till`, { format: 'json' });
      await call('PUT', `/config/documents/${name}/till/layers/product`, { text: '{"queue":1}' });
      // A server says how it is, and what it has: its queue is as long as its configuration makes it.
      const play = async (server) => {
        while (playing) {
          const value = await call('GET', `/agent/config/${name}/till?server=${server}`, undefined, key);
          const samples = [[Date.now(), JSON.parse(value.text).queue]];
          await call('POST', '/agent/samples', { server, batch: `${server}-${samples[0][0]}`, series: [{ metric: 'till_queue', labels: {}, samples }] }, key);
          await call('POST', '/agent/config/report', { server, documents: [{ document: `${name}/till`, mark: value.mark, digest: value.digest }] }, key);
          await new Promise((resolve) => setTimeout(resolve, 500));
        }
      };
      const players = servers.map(play);
      const page = await open(browser);
      page.setDefaultTimeout(120_000);
      await signIn(page, `/configuration/${name}/till?tenant=${name}`);
      for (const server of servers) await page.waitForSelector(`[data-server$="${server}"]`);
      await page.goto(`${url}/configuration/${name}/till`);
      await page.waitForFunction(() => document.querySelector('[data-test=text]')?.value.includes('queue'));
      await page.fill('[data-test=text]', '{"queue":99}');
      await page.fill('input[name=waves]', '100:30');
      await page.click('[data-test=save]');
      await page.waitForSelector('[data-open="2"] [data-test=wave]');
      // Nobody stops it: the servers' own health does.
      await page.waitForSelector('[data-version="2"] [data-state=returned]');
      await page.waitForSelector('[data-open="2"]', { state: 'detached' });
      assert.match(await page.locator('[data-version="2"]').textContent(), /health of 2 servers fell from 100 to/);
      assert.equal(await page.locator('[data-version="3"] [data-state=live]').count(), 1);
      await page.goto(`${url}/configuration/${name}/till?tenant=${name}`);
      // Both have the value of before again, and are well.
      await page.waitForFunction((count) => [...document.querySelectorAll('[data-server]')].filter((row) => row.querySelector('[data-test=drift]') === null).length === count, servers.length);
      playing = false;
      await Promise.all(players);
    } finally {
      playing = false;
      await call('DELETE', `/tenants/${name}/sites/berlin`);
      await call('DELETE', `/tenants/${name}`);
    }
  },

  async A_document_is_made_and_its_namespace_asks_for_approval(browser) {
    const name = `made-${Date.now().toString(36)}`;
    const page = await open(browser);
    await signIn(page, '/configuration');
    await page.click('[data-test=define]');
    await page.fill('input[name=document]', `${name}/till`);
    await page.fill('textarea[name=schema]', '{"type":');
    assert.ok(await page.locator('.el-dialog [data-test=save]').isDisabled());
    await page.fill('textarea[name=schema]', '{"type":"object","properties":{"port":{"type":"integer"}}}');
    await page.click('.el-dialog [data-test=save]');
    await page.waitForSelector(`[data-document="${name}/till"]`);
    await page.click(`[data-namespace="${name}"] .el-checkbox`);
    await page.waitForSelector(`[data-namespace="${name}"] .el-checkbox.is-checked`);
    await page.goto(`${url}/configuration/${name}/till`);
    await page.fill('[data-test=text]', 'port: 80\n');
    await page.click('[data-test=save]');
    await page.waitForSelector('[data-open="1"] [data-state=waiting]');
    await page.click('[data-test=redefine]');
    await page.waitForSelector('.el-dialog textarea[name=schema]');
    assert.match(await page.inputValue('.el-dialog textarea[name=schema]'), /integer/);
  },
};
