import assert from 'node:assert/strict';
import { problemsOf } from './accessibility.tests.js';
import { open, signIn, url } from './browser.js';
import { hostile, scriptNews } from './news.js';

const list = '/news?tenant=huaxin-foods', path = '/news/huaxin-foods/autumn';

async function begin(browser, look = {}, at = list, more = {}) {
  const page = await open(browser, look);
  const state = await scriptNews(page, more);
  await signIn(page, at);
  return { page, state };
}

const look = (theme, language) => async (browser) => {
  const { page, state } = await begin(browser, { theme, language });
  const problems = [];
  await page.waitForSelector('[data-article=sent]');
  problems.push(...(await problemsOf(page, 'list')));
  await page.goto(url + path + '/edit');
  await page.waitForSelector('[data-test=size]');
  problems.push(...(await problemsOf(page, 'editor')));
  state.article.state = 'sent';
  await page.goto(url + path);
  await page.waitForSelector('[data-test=funnel]');
  problems.push(...(await problemsOf(page, 'article')));
  await page.goto(url + '/news/-/inbox');
  await page.click('[data-article="huaxin-foods/autumn"] button');
  await page.waitForSelector('[data-test=news-html]');
  problems.push(...(await problemsOf(page, 'inbox')));
  assert.equal(problems.length, 0, problems.slice(0, 20).join('\n'));
};

export const tests = {
  Names_contrast_and_widths_hold_in_English_and_light: look('light', 'en'),
  Names_contrast_and_widths_hold_in_Chinese_and_dark: look('dark', 'zh'),

  async An_article_is_written_with_its_preview_and_the_size_of_its_audience(browser) {
    const { page, state } = await begin(browser, {}, path + '/edit');
    await page.waitForSelector('[data-test=preview] strong');
    assert.match(await page.locator('[data-test=size]').textContent(), /1,204 of 5,000/);
    await page.fill('input[name=title]', 'Winter offers');
    state.html = '<p><em>another</em></p>';
    await page.fill('textarea[name=markdown]', '*another*');
    await page.waitForSelector('[data-test=preview] em');
    await page.click('[data-test=save]');
    await page.waitForSelector('[data-test=article-page]');
    const put = state.asked.find((each) => each.what === 'PUT autumn');
    assert.equal(put.version, '"1"');
    assert.deepEqual(put.body.texts.map((text) => [text.language, text.title]), [['zh', '秋季优惠'], ['en', 'Winter offers']]);
    assert.deepEqual(put.body.audience, { type: 'member', segment: 'to_woo', objects: null, isEverybody: false, isFrozen: false });
  },

  async Script_in_an_article_is_never_executed(browser) {
    const { page, state } = await begin(browser, {}, '/news/-/inbox');
    state.html = hostile;
    state.inbox[0].html = hostile;
    await page.reload();
    await page.click('[data-article="huaxin-foods/autumn"] button');
    await page.waitForSelector('[data-test=news-html] a');
    await page.click('[data-test=news-html] a');
    await page.goto(url + path + '/edit');
    await page.waitForSelector('[data-test=preview] svg', { state: 'attached' });
    await page.click('[data-test=preview] a');
    assert.equal(await page.evaluate(() => window.hacked), undefined);
  },

  async Where_somebody_was_faster_the_difference_is_shown_and_nothing_is_overwritten(browser) {
    const { page, state } = await begin(browser, {}, path + '/edit');
    await page.waitForSelector('[data-test=size]');
    await page.fill('input[name=title]', 'Mine');
    state.refuse = { status: 409, title: 'Conflict', detail: "'huaxin-foods/autumn' is at version 2, not 1", version: 2, differences: [{ field: 'texts.en.title', from: 'Autumn offers', to: 'Theirs' }] };
    await page.click('[data-test=save]');
    await page.waitForSelector('[data-test=conflict]');
    assert.match(await page.locator('[data-test=conflict]').textContent(), /texts\.en\.title.*Autumn offers.*Theirs/s);
    assert.equal(state.asked.filter((each) => each.what === 'PUT autumn').length, 1);
  },

  async Everybody_is_named_with_the_size_and_confirmed_by_it(browser) {
    const { page, state } = await begin(browser, {}, path);
    state.size = { size: 5000, of: 5000, samples: [] };
    await page.click('[data-test=submit]');
    await page.waitForSelector('[data-test=everybody]');
    assert.match(await page.locator('[data-test=everybody]').textContent(), /5,000/);
    assert.ok(await page.locator('.el-dialog [data-test=save]').isDisabled());
    await page.fill('input[name=size]', '5000');
    await page.click('.el-dialog [data-test=save]');
    await page.waitForSelector('[data-state=waiting]');
    assert.deepEqual(state.asked.at(-1).body, { confirmedSize: 5000 });
  },

  async Who_wrote_it_does_not_approve_it_and_who_has_sent_it_takes_it_back(browser) {
    const { page, state } = await begin(browser, {}, path, { state: 'waiting', changedBy: 'admin' });
    await page.waitForSelector('[data-test=needs-other]');
    assert.ok(await page.locator('[data-test=approve]').isDisabled());
    state.article.changedBy = 'bob';
    await page.reload();
    await page.click('[data-test=approve]');
    await page.click('.el-dialog [data-test=save]');
    await page.waitForSelector('[data-state=sent]');
    await page.waitForSelector('[data-test=funnel]');
    assert.match(await page.locator('[data-test=winner]').textContent(), /form B/);
    await page.click('[data-test=recall]');
    await page.fill('input[name=reason]', 'wrong price');
    await page.click('.el-dialog [data-test=save]');
    await page.waitForSelector('[data-state=recalled]');
    assert.deepEqual(state.asked.at(-1).body, { reason: 'wrong price' });
  },

  async The_inbox_counts_what_is_not_read_and_tells_what_was(browser) {
    const { page, state } = await begin(browser, {}, '/news/-/inbox');
    await page.waitForSelector('[data-test=unread]');
    assert.equal((await page.locator('[data-test=unread]').textContent()).trim(), '1');
    await page.click('[data-article="huaxin-foods/autumn"] button');
    await page.waitForSelector('[data-test=unread]', { state: 'detached' });
    assert.ok(state.asked.some((each) => each.what === 'huaxin-foods/autumn/read'));
    await page.click('[data-article="huaxin-foods/wrong"] button');
    await page.waitForSelector('[data-article="huaxin-foods/wrong"] [data-test=withdrawn]');
  },
};
