import assert from 'node:assert/strict';
import { open, signIn, url } from './browser.js';
import { aliveServer } from './pages.js';

const unique = () => Date.now().toString(36) + Math.floor(Math.random() * 1_000);

/** Sends a request as the signed-in person, as the portal does. */
const request = (page, method, path, body) =>
  page.evaluate(
    async ([method, path, body]) => {
      const answer = await fetch('/api/v1' + path, { method, headers: { 'X-Orrery-Request': '1', 'Content-Type': 'application/json' }, body: body === null ? undefined : JSON.stringify(body) });
      const text = await answer.text();
      return { status: answer.status, body: text === '' ? null : JSON.parse(text) };
    },
    [method, path, body ?? null],
  );

export const tests = {
  async A_tenant_a_site_and_a_key_are_created_and_deleted(browser) {
    const page = await open(browser);
    const id = `test-${unique()}`;
    await signIn(page, '/tenants');
    await page.click('[data-test=new-tenant]');
    await page.fill('input[name=name]', `Test ${id}`);
    await page.fill('input[name=id]', id);
    await page.click('[data-test=save]');
    await page.waitForURL(`**/tenants/${id}`);
    await page.click('[data-test=new-site]');
    await page.fill('input[name=name]', 'North');
    await page.waitForFunction(() => document.querySelector('input[name=id]')?.value === 'north');
    await page.click('[data-test=save]');
    await page.waitForURL(`**/tenants/${id}/sites/north`);
    await page.click('[data-test=new-key]');
    await page.fill('input[name=key-name]', 'Agent');
    await page.click('[data-test=save]');
    const key = (await page.textContent('[data-test=key-text] code')).trim();
    assert.match(key, /^ok_/);
    assert.equal((await page.textContent('[data-test=key-command] code')).trim(), `orrery agent --server ${url} --key ${key}`);
    // The key that was shown is one that the server takes.
    const taken = await page.evaluate(async (text) => (await fetch('/api/v1/agent/logs', { method: 'POST', credentials: 'omit', headers: { Authorization: `Bearer ${text}`, 'Content-Type': 'application/json' }, body: '{"server":"t","lines":[]}' })).status, key);
    assert.ok(taken < 300 || taken === 404, `the door of agents answered ${taken}`);
    await page.click('[data-test=key-done]');
    await page.waitForSelector('[data-test=keys] td:has-text("Agent")');
    assert.ok(!(await page.content()).includes(key), 'the key is still on the page');
    await page.goto(`${url}/tenants/${id}`);
    await page.click('button[aria-label="Delete tenant"]');
    assert.ok(await page.isDisabled('[data-test=confirm]'), 'a tenant could be deleted without typing its name');
    await page.fill('.el-dialog input', id);
    await page.click('[data-test=confirm]');
    await page.waitForURL('**/tenants');
    assert.equal((await request(page, 'GET', `/tenants/${id}`)).status, 404);
  },

  async A_bad_id_is_explained_beside_its_field(browser) {
    const page = await open(browser);
    await signIn(page, '/tenants');
    await page.click('[data-test=new-tenant]');
    await page.fill('input[name=name]', 'X');
    await page.fill('input[name=id]', 'Not An Id');
    await page.waitForSelector('.el-form-item__error:has-text("1 to 64")');
    assert.ok(await page.isDisabled('[data-test=save]'));
  },

  async An_alarm_fires_is_acknowledged_taken_back_and_silenced(browser) {
    const page = await open(browser);
    await signIn(page);
    const { key, tenant } = await aliveServer(page);
    const id = `browser-${unique()}`;
    const rule = { name: `Browser ${id}`, matchers: [{ label: '__name__', kind: 'equal', value: 'memory_used_percent' }], signal: 'value', comparison: 'above', threshold: 0.001, recovery: null, forSeconds: 0, severity: 'critical', penalty: 1, enabled: true, description: null };
    assert.equal((await request(page, 'PUT', `/tenants/${tenant}/rules/${id}`, rule)).status, 200);
    try {
      await page.goto(`${url}/alarms?tenant=${tenant}`);
      await page.fill('[data-test=alarms] input', key);
      const alarm = page.locator('[data-test=alarms] .alarm', { hasText: rule.name }).first();
      await alarm.waitFor({ timeout: 60_000 });
      await alarm.locator('[data-test=acknowledge]').click();
      await page.fill('textarea[name=note]', 'Seen by the browser test');
      await page.click('[data-test=save]');
      await alarm.locator('.tag:has-text("Acknowledged")').waitFor();
      await alarm.locator('.title').click();
      await alarm.locator('dd:has-text("Seen by the browser test")').waitFor();
      await alarm.locator('[data-test=unacknowledge]').click();
      await alarm.locator('[data-test=acknowledge]').waitFor();
      await alarm.locator('[data-test=silence]').click();
      await page.fill('input[name=reason]', `Silenced ${id}`);
      await page.click('[data-test=save]');
      await alarm.locator('.tag:has-text("Silenced")').waitFor({ timeout: 30_000 });
      await page.click('[data-test=tab-silences]');
      const silence = page.locator('[data-test=silences] tr', { hasText: `Silenced ${id}` });
      await silence.getByRole('button', { name: 'End' }).click();
      await page.waitForFunction((text) => [...document.querySelectorAll('[data-test=silences] tr')].every((row) => !row.textContent.includes(text) || row.querySelector('button') === null), `Silenced ${id}`);
    } finally {
      await request(page, 'DELETE', `/tenants/${tenant}/rules/${id}`);
    }
  },

  async A_rule_is_edited_with_its_sentence_and_preview(browser) {
    const page = await open(browser, { height: 1100 });
    await signIn(page);
    const id = `browser-${unique()}`;
    const rule = { name: `Rule ${id}`, matchers: [{ label: '__name__', kind: 'equal', value: 'cpu_usage_percent' }], signal: 'value', comparison: 'above', threshold: 99.9, recovery: null, forSeconds: 3600, severity: 'information', penalty: 0, enabled: false, description: null };
    assert.equal((await request(page, 'PUT', `/rules/${id}`, rule)).status, 200);
    try {
      await page.goto(`${url}/rules/edit/${id}`);
      await page.waitForSelector('[data-test=rule-words]:has-text("above 99.9% for 1h")');
      await page.fill('input[name=threshold]', '85');
      await page.press('input[name=threshold]', 'Tab');
      await page.fill('input[name=recovery]', '80');
      await page.press('input[name=recovery]', 'Tab');
      await page.fill('input[name=for]', '30');
      await page.press('input[name=for]', 'Tab');
      await page.waitForSelector('[data-test=rule-words]:has-text("Fires when CPU usage is above 85% for 30s. Recovers at 80% or less.")');
      await page.waitForSelector('[data-test=would-fire]');
      await page.click('[data-test=save-rule]');
      await page.waitForSelector('[data-test=rules-page]');
      const stored = (await request(page, 'GET', '/rules')).body.find((item) => item.id === id);
      assert.deepEqual([stored.threshold, stored.recovery, stored.forSeconds, stored.enabled], [85, 80, 30, false]);
      await page.locator(`[data-rule=${id}] .el-switch`).click();
      await page.waitForFunction(async (rule) => (await (await fetch('/api/v1/rules')).json()).find((item) => item.id === rule)?.enabled === true, id);
    } finally {
      await request(page, 'DELETE', `/rules/${id}`);
    }
  },

  async A_user_is_created_and_deleted(browser) {
    const page = await open(browser);
    const name = `user-${unique()}`;
    await signIn(page, '/users');
    await page.click('[data-test=new-user]');
    await page.fill('input[name=display-name]', `User ${name}`);
    await page.fill('input[name=user-name]', name);
    await page.getByRole('button', { name: 'Generate' }).click();
    await page.click('[data-test=save]');
    const row = page.locator('tr', { hasText: name });
    await row.waitFor();
    await row.getByRole('button', { name: /^Delete/ }).click();
    await page.click('[data-test=confirm]');
    await row.waitFor({ state: 'detached' });
    assert.equal((await request(page, 'GET', `/users/${name}`)).status, 404);
  },
};
