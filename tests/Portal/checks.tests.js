import assert from 'node:assert/strict';
import { problemsOf } from './accessibility.tests.js';
import { open, signIn, url } from './browser.js';
import { scriptChecks } from './checks.js';

const listPath = '/checks?tenant=huaxin-foods';
const checkPath = '/checks/huaxin-foods/shop';

async function begin(browser, look = {}, at = listPath) {
  const page = await open(browser, look);
  const asked = await scriptChecks(page);
  await signIn(page, at);
  return { page, asked };
}
const row = (page, id) => page.locator(`[data-check="${id}"]`);

const look = (theme, language) => async (browser) => {
  const { page } = await begin(browser, { theme, language });
  const problems = [];
  const see = async (name, path, ready, act) => {
    if (path !== null) await page.goto(url + path);
    await page.waitForSelector(ready);
    if (act) await act();
    problems.push(...(await problemsOf(page, name)));
  };
  await see('list', null, '[data-check=till]');
  await see('equal', checkPath, '[data-result=ads_late]');
  await see('different', `${checkPath}?run=4`, '[data-test=differences]');
  await see('failed', `${checkPath}?run=2`, '[data-test=trend] .chosen');
  await see('dialog', null, '[data-test=edit]', async () => {
    await page.click('[data-test=edit]');
    await page.waitForSelector('.el-dialog [data-test=save]');
  });
  await see('fresh', '/checks/huaxin-foods/fresh', '[data-test=run]');
  assert.equal(problems.length, 0, problems.slice(0, 20).join('\n'));
};

export const tests = {
  Names_contrast_and_widths_hold_in_English_and_light: look('light', 'en'),
  Names_contrast_and_widths_hold_in_Chinese_and_dark: look('dark', 'zh'),

  async Checks_are_listed_with_those_that_differ_first(browser) {
    const { page } = await begin(browser);
    await page.waitForSelector('[data-check=till]');
    assert.deepEqual(await page.locator('[data-check]').evaluateAll((all) => all.map((one) => one.dataset.check)), ['till', 'fresh', 'nightly', 'shop']);
    assert.match(await row(page, 'till').textContent(), /Differs.*1,206/);
    assert.match(await row(page, 'nightly').textContent(), /Equal.*03:30.*Asia\/Shanghai/);
    assert.match(await row(page, 'fresh').textContent(), /–/);
    await row(page, 'shop').click();
    await page.waitForURL('**/checks/huaxin-foods/shop');
    await page.waitForSelector('[data-result=ads_shop_sales]');
  },

  async A_run_is_begun_and_ends_with_rows_side_by_side(browser) {
    const { page, asked } = await begin(browser, {}, checkPath);
    await page.waitForSelector('[data-result=ads_shop_sales] [data-test=outcome].equal');
    assert.match(await page.locator('[data-tile=position]').textContent(), /mysql-bin\.000014:88410233/);
    assert.equal(await page.locator('[data-test=trend] button').count(), 7);
    await page.click('[data-test=run]');
    // The result comes by itself, the one that differs open and first.
    await page.waitForSelector('[data-test=differences]');
    assert.deepEqual(asked.map(({ what }) => what), ['POST shop/runs']);
    assert.equal(await page.locator('[data-test=trend] button').count(), 8);
    assert.deepEqual(await page.locator('[data-result]').evaluateAll((all) => all.map((one) => one.dataset.result)), ['ads_shop_sales', 'ads_late', 'ads_day_sales']);
    assert.match(await page.locator('[data-tile=wrong]').textContent(), /3/);
    const lines = await page.locator('[data-test=differences] tbody tr').evaluateAll((all) => all.map((one) => [...one.cells].map((cell) => cell.textContent.trim())));
    assert.deepEqual(lines.map(([, ...values]) => values), [
      ['宁波天一店', '2030-01-01', '9804', '120433.10'], ['宁波天一店', '2030-01-01', '9803', '120411.60'], ['苏州观前店', '2030-01-01', '12', '804.00'], ['测试店', '2030-01-01', '1', 'NULL'],
    ]);
    assert.deepEqual(await page.locator('[data-test=differences] .right').allTextContents(), ['9804', '120433.10']);
    assert.deepEqual(await page.locator('[data-test=differences] .wrong').allTextContents(), ['9803', '120411.60']);
    assert.match(await page.locator('[data-result=ads_late]').textContent(), /CURRENT_TIMESTAMP/);
    // A click folds it, an earlier run is chosen by its bar.
    await page.click('[data-result=ads_shop_sales] .fold');
    await page.waitForSelector('[data-test=differences]', { state: 'detached' });
    await page.locator('[data-test=trend] button').first().click();
    await page.waitForURL('**run=1');
    await page.waitForSelector('[data-result=ads_shop_sales] [data-test=outcome].equal');
  },

  async A_check_is_made_and_a_refused_connection_is_said_at_its_field(browser) {
    const { page, asked } = await begin(browser);
    await page.click('[data-test=new-check]');
    await page.fill('.el-dialog input[name=id]', 'reports');
    await page.fill('.el-dialog textarea[name=results]', 'ads_shop_sales, ads_day_sales');
    await page.locator('.el-dialog .el-select').last().click();
    await page.locator('.el-select-dropdown__item:visible', { hasText: 'PostgreSQL' }).click();
    await page.fill('.el-dialog input[name=connection]', 'Host=elsewhere.example;Database=erp');
    await page.click('.el-dialog [data-test=save]');
    await page.waitForFunction(() => document.querySelector('.el-dialog .el-form-item__error')?.textContent.includes('elsewhere.example'));
    await page.fill('.el-dialog input[name=connection]', 'Host=10.0.0.5;Database=erp');
    await page.click('.el-dialog [data-test=save]');
    await page.waitForURL('**/checks/huaxin-foods/reports');
    const { what, body } = asked.at(-1);
    assert.equal(what, 'PUT reports');
    assert.deepEqual([body.kind, body.connection, body.results, body.everyMinutes, body.at], ['postgresql', 'Host=10.0.0.5;Database=erp', ['ads_shop_sales', 'ads_day_sales'], 15, null]);
  },
};
