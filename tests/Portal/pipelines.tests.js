import assert from 'node:assert/strict';
import { problemsOf } from './accessibility.tests.js';
import { open, signIn, url } from './browser.js';
import { scriptPipelines } from './pipelines.js';

const listPath = '/pipelines?tenant=huaxin-foods';
const path = (name) => `/pipelines/huaxin-foods/${encodeURIComponent(name)}`;

async function begin(browser, look = {}, at = listPath) {
  const page = await open(browser, look);
  const asked = await scriptPipelines(page);
  await signIn(page, at);
  return { page, asked };
}

const look = (theme, language) => async (browser) => {
  const { page } = await begin(browser, { theme, language });
  const problems = [];
  await page.waitForSelector('[data-pipeline=ads_shop_sales]');
  problems.push(...(await problemsOf(page, 'pipelines')));
  for (const name of ['ads_shop_sales', 'erp_mirror#1', 'tags_member']) {
    await page.goto(url + path(name));
    await page.waitForSelector('[data-test=pipeline-picture]');
    problems.push(...(await problemsOf(page, name)));
  }
  await page.click('[data-test=rewind]');
  await page.waitForSelector('.el-dialog [data-test=rewind-from]');
  problems.push(...(await problemsOf(page, 'rewind')));
  assert.equal(problems.length, 0, problems.slice(0, 20).join('\n'));
};

export const tests = {
  Names_contrast_and_widths_hold_in_English_and_light: look('light', 'en'),
  Names_contrast_and_widths_hold_in_Chinese_and_dark: look('dark', 'zh'),

  async Pipelines_stand_under_their_files_and_are_found_by_what_they_read(browser) {
    const { page } = await begin(browser);
    await page.waitForSelector('[data-pipeline=ads_shop_sales]');
    assert.deepEqual(await page.locator('section[data-origin]').evaluateAll((all) => all.map((one) => one.dataset.origin)), ['02-order-wide.sql', '04-order-results.sql', '50-sinks.sql', '']);
    // Those that need somebody come first.
    assert.deepEqual(await page.locator('[data-origin="04-order-results.sql"] [data-pipeline]').evaluateAll((all) => all.map((one) => one.dataset.pipeline)), ['tags_member', 'ads_shop_sales']);
    await page.fill('.search input', 'ads_shop');
    assert.deepEqual(await page.locator('[data-pipeline]').evaluateAll((all) => all.map((one) => one.dataset.pipeline)), ['ads_shop_sales', 'erp_mirror#1']);
    await page.click('[data-pipeline="erp_mirror#1"]');
    await page.waitForURL('**/pipelines/huaxin-foods/erp_mirror%231');
    assert.match(await page.locator('[data-figure=waiting]').textContent(), /48,210/);
  },

  async A_pipeline_is_paused_read_again_and_its_candidate_switched(browser) {
    const { page, asked } = await begin(browser, {}, path('ads_shop_sales'));
    await page.click('[data-test=pause]');
    await page.waitForSelector('h1 [data-status=paused]');
    await page.click('[data-test=rewind]');
    await page.click('[data-test=rewind-from] label:nth-child(2)');
    await page.click('.el-dialog [data-test=save]');
    await page.waitForSelector('.el-dialog', { state: 'hidden' });
    assert.match(await page.locator('[data-test=candidate]').textContent(), /宁波天一店/);
    await page.click('[data-test=switch]');
    await page.click('.el-popconfirm .el-button--primary');
    await page.waitForSelector('[data-test=candidate]', { state: 'detached' });
    assert.deepEqual(asked.map(({ what, body }) => `${what} ${JSON.stringify(body)}`), ['POST ads_shop_sales/pause {}', 'POST orders/rewind {"earliest":true,"empties":false}', 'POST ads_shop_sales/candidate/switch {}']);
  },

  async A_source_that_waits_for_somebody_is_let_go_on(browser) {
    const { page, asked } = await begin(browser);
    await page.waitForSelector('[data-test=source-changes]');
    assert.match(await page.locator('[data-outcome=held]').textContent(), /channel was renamed to sales_channel/);
    await page.click('[data-test=accept]');
    await page.waitForFunction(() => document.querySelector('.el-message, .toast, [role=status], [role=alert]') !== null);
    assert.deepEqual(asked.map(({ what }) => what), ['POST orders/resume']);
  },
};
