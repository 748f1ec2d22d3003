import assert from 'node:assert/strict';
import { problemsOf } from './accessibility.tests.js';
import { open, signIn, url } from './browser.js';
import { scriptFlows } from './flows.js';

const flowPath = '/flows/huaxin-foods/site-logs';

const look = (theme, language) => async (browser) => {
  const page = await open(browser, { theme, language });
  await scriptFlows(page);
  await signIn(page, '/flows');
  const problems = [];
  for (const [path, shown] of [['/flows', '[data-channel]'], [flowPath, '[data-hop]'], [`${flowPath}?gaps=ended`, '[data-gap]'], ['/catalog', '[data-entity]'], ['/catalog/huaxin-foods/topic.gqsh_order', '[data-test=neighbourhood] a']]) {
    await page.goto(url + path);
    await page.waitForSelector(shown);
    problems.push(...(await problemsOf(page, path)));
  }
  assert.equal(problems.length, 0, problems.slice(0, 20).join('\n'));
};

export const tests = {
  Names_contrast_and_widths_hold_in_English_and_light: look('light', 'en'),
  Names_contrast_and_widths_hold_in_Chinese_and_dark: look('dark', 'zh'),

  async Flows_with_gaps_come_first_and_open_their_picture(browser) {
    const page = await open(browser);
    await scriptFlows(page);
    await signIn(page, '/flows');
    await page.waitForSelector('[data-channel]');
    assert.equal(await page.locator('[data-channel]').first().getAttribute('data-channel'), 'site-logs');
    await page.click('[data-channel=site-logs] a');
    await page.waitForSelector('[data-test=flow-picture] [data-hop=lander].bad');
    assert.equal(await page.locator('[data-hop]').count(), 6);
  },

  async A_gap_names_hop_window_and_count_and_is_sent_again(browser) {
    const page = await open(browser);
    const asked = await scriptFlows(page);
    await signIn(page, flowPath);
    const gap = page.locator('[data-gap=g1]');
    await gap.waitFor();
    assert.match(await gap.textContent(), /3 records missing.*between parser and lander.*hangzhou\/erp-01/s);
    await gap.locator('[data-test=repair]').click();
    await gap.locator('[data-test=repair-progress]').waitFor();
    assert.deepEqual(asked.map(({ gap: id, order }) => [id, order]), [['g1', 'repair']]);
    assert.match(await gap.textContent(), /3 of 3 sent, 1 arrived/);
  },

  async A_gap_is_accepted_only_with_a_reason(browser) {
    const page = await open(browser);
    const asked = await scriptFlows(page);
    await signIn(page, flowPath);
    await page.locator('[data-gap=g2] [data-test=accept]').click();
    await page.fill('textarea[name=note]', 'The site lost its disk.');
    await page.locator('.el-dialog button.el-button--primary').click();
    await page.locator('[data-gap=g2]').waitFor({ state: 'detached' });
    assert.deepEqual(asked, [{ gap: 'g2', order: 'accept', body: { note: 'The site lost its disk.' } }]);
  },

  async The_catalog_is_searched_and_walked_along_its_links(browser) {
    const page = await open(browser);
    await scriptFlows(page);
    await signIn(page, '/catalog');
    await page.waitForSelector('[data-entity]');
    await page.fill('[data-test=catalog-search] input, input[data-test=catalog-search]', 'gqsh');
    await page.waitForFunction(() => document.querySelectorAll('[data-entity]').length === 2);
    await page.click('[data-entity="topic.gqsh_order"] a');
    await page.waitForSelector('[data-test=neighbourhood] a[aria-current]');
    assert.equal(await page.locator('[data-test=neighbourhood] a').count(), 5);
    await page.locator('[data-test=neighbourhood] a').last().click();
    await page.waitForFunction((path) => !location.pathname.endsWith(path), 'topic.gqsh_order');
    assert.ok(page.url().startsWith(`${url}/catalog/huaxin-foods/`));
  },

  async On_a_telephone_the_flow_stands_upright_and_nothing_overflows(browser) {
    const page = await open(browser, { width: 390, height: 844 });
    await scriptFlows(page);
    await signIn(page, flowPath);
    await page.waitForSelector('[data-vertical]');
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false);
  },
};
