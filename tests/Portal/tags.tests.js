import assert from 'node:assert/strict';
import { problemsOf } from './accessibility.tests.js';
import { open, signIn, url } from './browser.js';
import { scriptTags } from './tags.js';

const tenant = 'huaxin-foods';
const list = `/tags?tenant=${tenant}`;
const one = `/tags/${tenant}/member`;
const segment = `/segments/${tenant}/member`;

async function begin(browser, look = {}, at = list) {
  const page = await open(browser, look);
  const asked = await scriptTags(page);
  await signIn(page, at);
  return { page, asked };
}

const look = (theme, language, width) => async (browser) => {
  const { page } = await begin(browser, { theme, language, width });
  const problems = [];
  const at = async (path, sign, name) => {
    if (path !== list) await page.goto(url + path);
    await page.waitForSelector(sign);
    problems.push(...(await problemsOf(page, name)));
  };
  await at(list, '[data-test=overlap] .matrix', 'tags');
  await at(`${one}/spending`, '[data-test=spread]', 'tag');
  await at(`${one}/frequent/edit`, '[data-test=trial-size]', 'tag, editing');
  await at(`${segment}/to_woo`, '[data-hook=h1]', 'segment');
  await at(`${segment}/to_woo/edit`, '[data-test=trial-size]', 'segment, editing');
  await at(`/portraits/${tenant}/member/10001`, '[data-test=peers] li', 'portrait');
  assert.equal(problems.length, 0, problems.slice(0, 20).join('\n'));
};

/** The latest question of a kind, once it was asked. */
async function last(asked, what, holds) {
  for (;;) {
    const found = asked.filter((item) => item.what === what && holds(item.body)).at(-1);
    if (found !== undefined) return found.body;
    await new Promise((resolve) => asked.waiting.push(resolve));
  }
}

async function choose(page, select, option) {
  await select.click();
  await page.locator('.el-select-dropdown__item:visible', { hasText: option }).first().click();
}

export const tests = {
  Names_contrast_and_widths_hold_in_English_and_light: look('light', 'en', 1280),
  Names_contrast_and_widths_hold_in_Chinese_and_dark: look('dark', 'zh', 1280),
  Names_contrast_and_widths_hold_on_a_narrow_page: look('light', 'zh', 390),

  async Tags_stand_under_their_parents_with_their_sizes(browser) {
    const { page } = await begin(browser);
    await page.waitForSelector('[data-tag=frequent]');
    assert.deepEqual(await page.locator('[data-tag]').evaluateAll((rows) => rows.map((row) => row.dataset.tag)), ['buyer', 'frequent', 'quiet', 'spending', 'invited', 'spring']);
    assert.match(await page.locator('[data-tag=frequent]').textContent(), /Orders often.*420/s);
    assert.match(await page.locator('[data-tag=spring]').textContent(), /not valid now/);
    await page.fill('input[name=object]', '10001');
    await page.press('input[name=object]', 'Enter');
    await page.waitForSelector('[data-test=portrait-page] [data-tag=frequent]');
    await page.click('[data-test=portrait-page] [data-tag=frequent]');
    await page.waitForSelector('[data-test=why] dl');
    assert.match(await page.locator('[data-test=why]').textContent(), /orders\s*31/);
  },

  async A_rule_is_put_together_without_SQL_and_tried_while_it_is(browser) {
    const { page, asked } = await begin(browser, {}, `${one}/-/new`);
    await page.fill('input[name=id]', 'lapsed');
    await page.fill('input[name=zh]', '流失');
    await page.fill('input[name=en]', 'Lapsed');
    await page.click('[data-test=add-condition]');
    const leaves = page.locator('[data-test=leaf]');
    await choose(page, leaves.nth(0).locator('.column'), 'orders');
    await leaves.nth(0).locator('.value input').fill('5');
    await page.click('[data-test=add-condition]');
    await choose(page, leaves.nth(1).locator('.column'), 'last_order');
    await leaves.nth(1).locator('.value input').first().fill('30');
    await page.waitForFunction(() => document.querySelector('[data-test=built]')?.textContent.trim() === "orders >= 5 AND last_order <= NOW() - INTERVAL '30' DAY");
    await page.waitForSelector('[data-test=trial-size]');
    const tried = await last(asked, 'POST tags/lapsed/try', (body) => body.rule.condition?.includes('last_order') ?? false);
    assert.equal(tried.rule.condition, "orders >= 5 AND last_order <= NOW() - INTERVAL '30' DAY");
    await page.click('[data-test=save-tag]');
    await page.waitForSelector('[data-test=tag-page]');
    assert.deepEqual((await last(asked, 'PUT tags/lapsed', () => true)).title, { zh: '流失', en: 'Lapsed' });
  },

  async What_is_wrong_with_a_rule_is_marked_at_its_place_and_not_saved(browser) {
    const { page } = await begin(browser, {}, `${one}/frequent/edit`);
    await page.waitForSelector('[data-test=trial-size]');
    await page.click('[data-way=sql]');
    const editor = page.locator('[data-test=edit-tag-page] textarea:visible');
    assert.equal(await editor.inputValue(), 'orders >= 20');
    await editor.fill("orders >= 5 AND citty = 'x'");
    await page.waitForSelector('[data-test=rule-problem] mark');
    assert.equal(await page.locator('[data-test=rule-problem] mark').textContent(), 'citty');
    assert.match(await page.locator('[data-test=rule-problem]').textContent(), /Line 1, column 17/);
    assert.ok(await page.locator('[data-test=save-tag]').isDisabled());
    await editor.fill('orders * 2 >= 5');
    await page.waitForSelector('[data-test=trial-size]');
    await page.click('[data-way=builder]');
    // More than can be put together stays SQL.
    await page.waitForSelector('.el-message');
    assert.equal(await page.locator('[data-way=sql]').getAttribute('aria-selected'), 'true');
  },

  async A_portrait_shows_an_object_with_its_reasons_peers_and_timeline_and_a_customer_its_sites(browser) {
    const { page } = await begin(browser, {}, `/portraits/${tenant}/member/10001`);
    await page.waitForSelector('[data-test=peers] [data-peer="10008"]');
    await page.waitForSelector('[data-test=timeline] li');
    assert.match(await page.locator('[data-test=timeline]').textContent(), /left to_woo.*got Orders often/s);
    assert.match(await page.locator('[data-test=facts]').textContent(), /level\s*gold/);
    await page.click('[data-peer="10008"] a');
    await page.waitForFunction(() => document.querySelector('[data-test=portrait-page] h1')?.textContent === '10008');
    const known = await page.evaluate(async () => (await (await fetch('/api/v1/fleet')).json()).tenants.find((item) => item.sites.length > 0).tenant);
    await page.goto(`${url}/tenants/${known}`);
    await page.click('[data-test=portrait]');
    await page.waitForSelector('[data-test=customer-health] [data-site]');
    assert.deepEqual(await problemsOf(page, 'customer'), []);
  },

  async A_tag_says_who_uses_it_before_it_is_changed_or_deleted(browser) {
    const { page } = await begin(browser, {}, `${one}/frequent`);
    await page.waitForSelector('[data-test=impact]');
    assert.match(await page.locator('[data-test=impact]').first().textContent(), /to_woo.*2 webhooks/s);
    await page.click('[data-test=delete-tag]');
    assert.match(await page.locator('.el-dialog').textContent(), /used by to_woo/);
    await page.click('[data-test=confirm]');
    await page.waitForSelector('.el-dialog [role=alert]');
    assert.match(await page.locator('.el-dialog [role=alert]').textContent(), /Change or delete those first/);
    await page.click('.el-dialog__footer .el-button:first-child');
    await page.click('[data-test=edit-tag]');
    await page.waitForSelector('[data-test=trial] [data-test=impact]');
    assert.match(await page.locator('[data-test=trial]').textContent(), /24 would get it.*3 would lose it.*loyal/s);
  },

  async Members_come_page_by_page_and_from_a_file_whose_wrong_lines_are_told(browser) {
    const { page, asked } = await begin(browser, {}, `${one}/invited`);
    await page.waitForSelector('[data-member="10001"]');
    await page.click('[data-test=more-members]');
    await page.waitForSelector('[data-member="77"]');
    await page.click('[data-test=import-members]');
    const file = (text) => page.setInputFiles('input[name=csv]', { name: 'members.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
    await file('object\n1\n2,maybe\n,1\n');
    await page.waitForSelector('[data-test=csv-problems]');
    assert.match(await page.locator('[data-test=csv-problems]').textContent(), /Line 3:.*maybe.*Line 4:/s);
    assert.ok(await page.locator('.el-dialog [data-test=save]').isDisabled());
    await file('object\n1\n2,0\n');
    await page.waitForSelector('[data-test=csv-count]');
    await page.click('.el-dialog [data-test=save]');
    assert.deepEqual((await last(asked, 'POST tags/invited/members', () => true)).members, [{ object: '1', value: null, isMember: true }, { object: '2', value: null, isMember: false }]);
  },

  async A_segment_is_put_together_of_tags_and_its_text_is_read_back(browser) {
    const { page, asked } = await begin(browser, {}, `${segment}/-/new`);
    await page.fill('input[name=id]', 'woo');
    await page.fill('input[name=zh]', '挽回');
    await page.fill('input[name=en]', 'Woo');
    await page.click('[data-test=add-tag]');
    await page.click('[data-test=add-tag]');
    await choose(page, page.locator('[data-test=part]').nth(1).locator('.name'), 'Spent so far');
    await choose(page, page.locator('[data-test=part]').nth(1).locator('.test').first(), '>=');
    await page.locator('[data-test=part]').nth(1).locator('.test input:visible').last().fill('1000');
    await page.locator('[data-test=part]').nth(0).locator('.el-checkbox').click();
    await page.waitForFunction(() => document.querySelector('[data-test=expression]')?.textContent === 'NOT buyer AND spending >= 1000');
    await page.waitForSelector('[data-test=trial-size]');
    await page.click('[data-way=sql]');
    const text = page.locator('[data-test=edit-segment-page] textarea:visible');
    await text.fill('frequent AND nothing');
    await page.waitForSelector('[data-test=rule-problem] mark');
    assert.ok(await page.locator('[data-test=save-segment]').isDisabled());
    await text.fill('frequent AND NOT quiet');
    await page.waitForSelector('[data-test=trial-size]');
    await page.click('[data-way=builder]');
    await page.waitForFunction(() => document.querySelector('[data-test=expression]')?.textContent === 'frequent AND NOT quiet');
    await page.click('[data-test=save-segment]');
    await page.waitForSelector('[data-test=segment-page]');
    assert.equal((await last(asked, 'PUT segments/woo', () => true)).expression, 'frequent AND NOT quiet');
  },

  async A_segment_tells_who_comes_and_goes_and_how_its_webhooks_fare(browser) {
    const { page, asked } = await begin(browser, {}, `${segment}/to_woo`);
    await page.waitForSelector('[data-test=events] li');
    assert.match(await page.locator('[data-test=events]').textContent(), /entered 10008/);
    assert.equal(await page.locator('[data-test=segment-size]').textContent(), '32');
    assert.match(await page.locator('[data-hook=h2]').textContent(), /503.*tries again/s);
    await page.click('[data-test=add-hook]');
    await page.fill('.el-dialog input[name=url]', 'http://127.0.0.1/x');
    await page.click('.el-dialog [data-test=save]');
    await page.waitForSelector('.el-dialog .el-form-item__error');
    await page.fill('.el-dialog input[name=url]', 'https://crm.example.com/y');
    await page.fill('.el-dialog input[name=secret]', 'quite secret');
    await page.click('.el-dialog [data-test=save]');
    await page.waitForSelector('[data-hook=h3]');
    assert.deepEqual((await last(asked, 'POST segments/to_woo/webhooks', (body) => body.url.includes('crm'))), { url: 'https://crm.example.com/y', secret: 'quite secret' });
    await page.locator('[data-hook=h3] .drop').click();
    await page.click('[data-test=confirm]');
    await page.waitForSelector('[data-hook=h3]', { state: 'detached' });
  },
};
