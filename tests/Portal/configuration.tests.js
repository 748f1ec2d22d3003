import assert from 'node:assert/strict';
import { problemsOf } from './accessibility.tests.js';
import { open, signIn, url } from './browser.js';
import { scriptConfiguration } from './configuration.js';

const path = '/configuration/erp/pos';

async function begin(browser, look = {}, at = path) {
  const page = await open(browser, look);
  const scripted = await scriptConfiguration(page);
  await signIn(page, at);
  return { page, ...scripted };
}

const look = (theme, language) => async (browser) => {
  const { page } = await begin(browser, { theme, language }, '/configuration');
  const problems = [];
  await page.waitForSelector('[data-document="erp/pos"]');
  problems.push(...(await problemsOf(page, 'documents')));
  await page.goto(url + path);
  await page.waitForSelector('[data-open="3"]');
  problems.push(...(await problemsOf(page, 'document')));
  await page.goto(url + `${path}?tenant=huaxin-foods`);
  await page.click('[data-server$="pos-2"] [data-test=effective]');
  await page.waitForSelector('[data-test=origins]');
  problems.push(...(await problemsOf(page, 'servers')));
  assert.equal(problems.length, 0, problems.slice(0, 20).join('\n'));
};

export const tests = {
  Names_contrast_and_widths_hold_in_English_and_light: look('light', 'en'),
  Names_contrast_and_widths_hold_in_Chinese_and_dark: look('dark', 'zh'),

  async A_canary_that_worsens_health_is_seen_to_return_by_itself(browser) {
    const { page, worsen, reason } = await begin(browser);
    assert.match(await page.locator('[data-open="3"] [data-test=wave]').textContent(), /Wave 1 of 2.*3 of 4 servers have it, health 96 before, 95 now/s);
    worsen();
    await page.waitForSelector('[data-version="3"] [data-state=returned]');
    await page.waitForSelector('[data-open="3"]', { state: 'detached' });
    assert.ok((await page.locator('[data-version="3"]').textContent()).includes(reason));
    assert.match(await page.locator('[data-version="4"]').textContent(), /Version 3 was taken back/);
  },

  async Who_was_overtaken_is_shown_what_changed_and_overwrites_nothing(browser) {
    const { page, asked } = await begin(browser);
    await page.fill('[data-test=text]', 'port: 9\n');
    await page.fill('input[name=waves]', 'pilot:30, 100:60');
    await page.click('[data-test=save]');
    await page.waitForSelector('[data-test=difference-table]');
    assert.match(await page.locator('[data-test=trouble]').textContent(), /bob changed it/);
    assert.equal(asked[0].seen, '"2"');
    assert.deepEqual(asked[0].body.rollout.waves, [{ percent: 0, minutes: 30, tag: 'pilot' }, { percent: 100, minutes: 60, tag: null }]);
    assert.equal(await page.inputValue('[data-test=text]'), 'port: 9\n');
  },

  async Drift_and_the_layer_of_each_value_are_shown_for_a_tenants_servers(browser) {
    const { page } = await begin(browser, {}, `${path}?tenant=huaxin-foods`);
    assert.match(await page.locator('[data-server$="pos-1"] [data-test=drift]').textContent(), /has 3\.1, is to have 4\.1/);
    await page.click('[data-server$="pos-2"] [data-test=effective]');
    assert.match(await page.locator('[data-test=origins]').textContent(), /\/port1site:berlin/);
  },
};
