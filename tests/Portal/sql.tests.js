import assert from 'node:assert/strict';
import { problemsOf } from './accessibility.tests.js';
import { open, signIn, url } from './browser.js';
import { relations, scriptSql } from './sql.js';

const sqlPath = '/sql?tenant=huaxin-foods';
const relationPath = '/sql/huaxin-foods/ads_shop_sales';

async function begin(browser, look = {}, path = sqlPath) {
  const page = await open(browser, look);
  const asked = await scriptSql(page);
  await signIn(page, path);
  return { page, asked };
}
async function write(page, text) {
  await page.click('.cm-content');
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(text);
}

const look = (theme, language) => async (browser) => {
  const { page } = await begin(browser, { theme, language });
  const problems = [];
  const see = async (name, text, shown) => {
    if (text !== null) {
      await write(page, text);
      await page.keyboard.press('Control+Enter');
    }
    await page.waitForSelector(shown);
    problems.push(...(await problemsOf(page, name)));
  };
  await page.waitForSelector('[data-relation=tags_member]');
  await see('begin', null, '.cm-content');
  await see('rows', 'SELECT * FROM ads_shop_sales', '[data-test=result-table] [role=gridcell]');
  for (const [tab, shown] of [['chart', '[data-test=chart-pane] canvas'], ['plan', '[data-operator]'], ['live', '[data-test=live-pane] [role=gridcell]']]) {
    await page.click(`[data-tab=${tab}]`);
    await see(tab, null, shown);
  }
  await see('lineage', 'EXPLAIN LINEAGE ads_shop_sales', '[data-test=lineage]');
  await see('wrong', 'SELECT shop FORM x', '[data-test=sql-problem]');
  for (const name of ['ads_shop_sales', 'tags_member', 'orders']) {
    await page.goto(`${url}/sql/huaxin-foods/${name}`);
    await see(name, null, '[data-test=relation-page] .figures');
  }
  assert.equal(problems.length, 0, problems.slice(0, 20).join('\n'));
};

export const tests = {
  Names_contrast_and_widths_hold_in_English_and_light: look('light', 'en'),
  Names_contrast_and_widths_hold_in_Chinese_and_dark: look('dark', 'zh'),

  async The_statement_at_the_cursor_runs_and_all_run_together(browser) {
    const { page, asked } = await begin(browser);
    await write(page, "SELECT ';' FROM orders;\n\nSELECT * FROM ads_shop_sales;");
    await page.keyboard.press('Control+Home');
    await page.keyboard.press('Control+Enter');
    await page.waitForFunction(() => document.querySelector('[data-test=result-table]')?.getAttribute('aria-rowcount') === '10001');
    assert.ok((await page.locator('[data-test=result-table] tbody tr').count()) < 80, 'rows out of sight are in the document');
    await page.keyboard.press('Control+Shift+Enter');
    await page.waitForFunction(() => document.querySelector('[data-test=result-table]')?.getAttribute('aria-rowcount') === '15');
    const ran = asked.filter((item) => item.run !== undefined).map((item) => item.run);
    assert.deepEqual(ran, ["SELECT ';' FROM orders", "SELECT ';' FROM orders;\n\nSELECT * FROM ads_shop_sales;"]);
  },

  async What_is_wrong_is_shown_in_its_place(browser) {
    const { page } = await begin(browser);
    await write(page, 'SELECT 1;\n\nSELECT shop\nFORM orders');
    await page.waitForSelector('.cm-lintRange-error');
    assert.equal(await page.locator('.cm-lintRange-error').textContent(), 'FORM');
    await page.keyboard.press('Control+Enter');
    // The statement is the second of the text: its place is told in the whole.
    await page.waitForSelector('[data-test=sql-problem]');
    assert.match(await page.locator('[data-test=sql-problem]').textContent(), /Line 4, column 1.*expected/s);
  },

  async Names_are_completed_while_typing(browser) {
    const { page } = await begin(browser);
    await write(page, 'SELECT * FROM ads');
    await page.keyboard.type('_');
    await page.waitForSelector('.cm-tooltip-autocomplete li');
    assert.deepEqual(await page.locator('.cm-completionLabel').allTextContents(), relations.map((relation) => relation.name).filter((name) => name.startsWith('ads_')).sort());
    await page.locator('.cm-tooltip-autocomplete li', { hasText: 'ads_shop_sales' }).click();
    await page.waitForFunction(() => document.querySelector('.cm-content').textContent === 'SELECT * FROM ads_shop_sales');
  },

  async A_subscription_changes_its_rows_in_place(browser) {
    const { page, asked } = await begin(browser);
    await write(page, 'SUBSCRIBE ads_shop_sales');
    await page.keyboard.press('Control+Enter');
    await page.waitForFunction(() => document.querySelector('[data-test=result-table]')?.getAttribute('aria-rowcount') === '14');
    const cells = await page.locator('[data-test=result-table] tbody tr').first().locator('td').allTextContents();
    assert.deepEqual(cells.map((cell) => cell.trim()), ['杭州湖滨店', '9805', '1204512.00', '2030-01-01T10:00:00']);
    assert.equal(asked[0].subscribe, 'ads_shop_sales');
  },

  async A_row_says_why_it_is_there_and_a_view_is_paused(browser) {
    const { page, asked } = await begin(browser, {}, relationPath);
    await page.locator('[data-test=row-action]').first().click();
    await page.waitForSelector('.el-dialog [data-test=result-table]');
    assert.ok(asked.some((item) => item.run === "WHY ads_shop_sales WHERE shop = '杭州湖滨店'"), JSON.stringify(asked));
    await page.keyboard.press('Escape');
    await page.click('[data-test=pause]');
    await page.waitForSelector('[data-status=paused]');
    assert.ok(asked.some((item) => item.pause === 'ads_shop_sales'));
  },

  async What_was_run_is_remembered_and_the_text_stays_over_a_reload(browser) {
    const { page } = await begin(browser);
    await write(page, 'SELECT * FROM ads_shop_sales');
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector('[data-test=result-table]');
    await page.waitForFunction(() => localStorage.getItem('orrery.sql.draft.huaxin-foods') !== null);
    await page.reload();
    await page.waitForFunction(() => document.querySelector('.cm-content')?.textContent === 'SELECT * FROM ads_shop_sales');
    await page.click('[data-test=sql-history]');
    assert.match(await page.locator('.el-dialog .past').textContent(), /SELECT \* FROM ads_shop_sales/);
  },
};
