import assert from 'node:assert/strict';
import { problemsOf } from './accessibility.tests.js';
import { open, signIn, url } from './browser.js';
import { scriptLicences } from './licences.js';

const path = '/licences/huaxin-foods/erp';

async function begin(browser, look = {}, at = '/licences') {
  const page = await open(browser, look);
  const asked = await scriptLicences(page);
  await signIn(page, at);
  return { page, asked };
}

const look = (theme, language) => async (browser) => {
  const { page } = await begin(browser, { theme, language });
  const problems = [];
  await page.waitForSelector('[data-licence="huaxin-foods/erp"]');
  problems.push(...(await problemsOf(page, 'licences')));
  await page.click('[data-test=new-licence]');
  await page.waitForSelector('.el-dialog textarea[name=modules]');
  problems.push(...(await problemsOf(page, 'issue')));
  await page.goto(url + path);
  await page.waitForSelector('[data-module=finance]');
  problems.push(...(await problemsOf(page, 'licence')));
  assert.equal(problems.length, 0, problems.slice(0, 20).join('\n'));
};

export const tests = {
  Names_contrast_and_widths_hold_in_English_and_light: look('light', 'en'),
  Names_contrast_and_widths_hold_in_Chinese_and_dark: look('dark', 'zh'),

  async Licences_say_whether_they_hold_and_what_is_used_of_them(browser) {
    const { page } = await begin(browser);
    await page.waitForSelector('[data-licence="huaxin-foods/erp"]');
    const states = await page.locator('[data-licence]').evaluateAll((all) => all.map((row) => row.querySelector('[data-state]').dataset.state));
    assert.deepEqual(states, ['active', 'active', 'grace', 'revoked', 'future', 'expired']);
    assert.match(await page.locator('[data-licence="huaxin-foods/pos"]').textContent(), /26 of 20 · more than granted/);
    await page.click('[data-test=soon]');
    await page.waitForSelector('[data-licence="huaxin-foods/erp"]', { state: 'detached' });
    assert.equal(await page.locator('[data-licence]').count(), 2);
  },

  async A_licence_is_renewed_for_a_year_from_its_end_and_revoked_with_a_reason(browser) {
    const { page, asked } = await begin(browser, {}, path);
    await page.click('[data-test=renew]');
    await page.fill('textarea[name=modules]', 'Finance!');
    assert.ok(await page.locator('.el-dialog [data-test=save]').isDisabled());
    await page.fill('textarea[name=modules]', 'finance 25\npos');
    await page.click('.el-dialog [data-test=save]');
    await page.waitForSelector('[data-revision="3"]');
    assert.equal(asked[0].what, 'PUT erp');
    assert.deepEqual(asked[0].body.modules, [{ name: 'finance', users: 25 }, { name: 'pos', users: null }]);
    assert.ok(Date.parse(asked[0].body.expires) > Date.now() + 500 * 86_400_000);
    await page.click('[data-test=revoke]');
    await page.fill('.el-dialog input[name=reason]', 'not paid');
    await page.click('.el-dialog [data-test=save]');
    await page.waitForSelector('[data-test=revoked]');
    assert.match(await page.locator('[data-test=revoked]').textContent(), /not paid/);
    assert.equal(await page.locator('[data-test=revoke]').count(), 0);
  },
};
