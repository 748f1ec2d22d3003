// Reviews against the real server: a form is made by the API, the widget stands on pages of another origin, and what was said is read in the portal.
import assert from 'node:assert/strict';
import { problemsOf } from './accessibility.tests.js';
import { open, signIn, url } from './browser.js';
import { boxOf, foreignPage, hostile, press, seen } from './widgetPages.js';

const tenant = 'retail';
const words = (text) => ({ zh: `中文 ${text}`, en: text });
const questions = [{ id: 'stars', kind: 'stars', title: words('Overall'), required: true }, { id: 'nps', kind: 'nps', title: words('Recommend?') }, { id: 'why', kind: 'text', title: words('Why?') }];
let made = 0;

/** A signed-in page, and a new open form of the chain's tenant. */
async function begin(browser, more = {}, look = {}) {
  const page = await open(browser, look);
  await signIn(page, `/reviews?tenant=${tenant}`);
  const form = `browser-${Date.now().toString(36)}-${++made}`;
  const ask = (method, path, body) => page.evaluate(async ([method, path, body]) => {
    const answer = await fetch(`/api/v1/tenants/${path}`, { method, headers: { 'Content-Type': 'application/json', 'X-Orrery-Request': '1' }, body: body === null ? undefined : JSON.stringify(body) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} answers ${answer.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  }, [method, `${tenant}/${path}`, body ?? null]);
  await ask('PUT', `review-forms/${form}`, { title: words(form), questions, trigger: { kind: 'load' }, caps: { timesMax: 3 }, ...more });
  const { link } = await ask('POST', `review-forms/${form}/state`, { state: 'open' });
  return { page, form, link, ask };
}

/** A page of another origin that holds the form's widget. */
async function widget(browser, begun, html = '', look = {}) {
  const foreign = await foreignPage(`${html}<script src="${url}/widgets/reviews.js" data-form="${begun.link}" data-version="9.1" data-module="pos"></script>`);
  await begun.ask('PUT', `review-forms/${begun.form}`, { title: words(begun.form), questions, trigger: { kind: 'load' }, caps: { timesMax: 3 }, origins: [foreign.origin] });
  const page = await open(browser, look);
  await page.goto(foreign.origin);
  return { page, foreign };
}

async function fill(page, said, stars = '2 stars') {
  await press(page, 'radio', stars, 'Space');
  await press(page, 'textbox', 'Why?', `text:${said}`);
  await press(page, 'button', 'Send', 'Enter');
  await seen(page, 'StaticText', 'Thank you! Your review was received.');
}

export const tests = {
  async A_review_from_a_plain_page_is_in_the_portal_with_its_sentiment_and_is_answered(browser) {
    const begun = await begin(browser);
    const { page, foreign } = await widget(browser, begun);
    await fill(page, 'Terribly slow, it crashes every day');
    await foreign.close();
    const portal = begun.page;
    await portal.goto(`${url}/reviews?tenant=${tenant}`);
    const row = portal.locator('[data-review]', { hasText: 'Terribly slow, it crashes every day' }).filter({ hasText: begun.form });
    await row.waitFor();
    assert.equal(await row.locator('[data-sentiment]').getAttribute('data-sentiment'), 'negative');
    await row.locator('a').click();
    await portal.fill('textarea[name=reply]', 'It is mended in 9.1.4');
    await portal.click('[data-test=send-reply]');
    await portal.waitForSelector('[data-test=reply]');
    await portal.click('[data-test=hide]');
    await portal.fill('.el-dialog input[name=reason]', 'a test');
    await portal.click('.el-dialog [data-test=save]');
    await portal.waitForFunction(() => document.querySelector('[data-test=moderation]')?.textContent.includes('a test'));
  },

  async The_widget_works_on_a_page_whose_styles_and_scripts_fight_it(browser) {
    const begun = await begin(browser);
    const { page, foreign } = await widget(browser, begun, hostile);
    const box = await boxOf(page, 'dialog', begun.form);
    assert.ok(box.width > 200 && box.height > 200, JSON.stringify(box));
    await fill(page, 'from a hostile page');
    await foreign.close();
    const { items } = await begun.ask('GET', `reviews?form=${begun.form}`);
    assert.deepEqual(items.map((item) => [item.answers.find((answer) => answer.kind === 'text').text, item.context.version]), [['from a hostile page', '9.1']]);
  },

  async Script_in_a_review_is_text_everywhere_and_never_runs(browser) {
    const begun = await begin(browser);
    const evil = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>{{constructor.constructor("window.hit=1")()}}';
    const { page, foreign } = await widget(browser, begun);
    await fill(page, evil);
    await foreign.close();
    const portal = begun.page;
    const { items } = await begun.ask('GET', `reviews?form=${begun.form}`);
    await begun.ask('POST', `reviews/${items[0].number}/moderation`, { state: 'published' });
    await portal.goto(`${url}/reviews?tenant=${tenant}`);
    await portal.waitForSelector(`[data-review="${items[0].number}"]`);
    assert.ok((await portal.locator(`[data-review="${items[0].number}"]`).textContent()).includes(evil));
    await portal.click(`[data-review="${items[0].number}"] a`);
    await portal.waitForSelector('[data-test=answers]');
    assert.ok((await portal.locator('[data-test=answers]').textContent()).includes(evil));
    assert.deepEqual([await portal.evaluate(() => window.hit), await page.evaluate(() => window.hit)], [undefined, undefined]);
  },

  async A_page_that_the_form_does_not_list_gets_no_form(browser) {
    const { link } = await begin(browser);
    const foreign = await foreignPage(`<script src="${url}/widgets/reviews.js" data-form="${link}"></script>`);
    const page = await open(browser);
    const refused = page.waitForEvent('requestfailed', (request) => request.url().includes('/public/reviews/'));
    await page.goto(foreign.origin);
    await refused;
    await foreign.close();
  },

  async A_link_shows_the_form_once_and_then_the_reply(browser) {
    const begun = await begin(browser, { trigger: { kind: 'manual' } });
    const page = await open(browser);
    await page.goto(`${url}/r/${begun.link}`);
    await fill(page, 'by the link', '5 stars');
    const { items } = await begun.ask('GET', `reviews?form=${begun.form}`);
    await begun.ask('POST', `reviews/${items[0].number}/reply`, { text: 'Gladly' });
    await page.reload();
    await seen(page, 'StaticText', 'You have answered already. Thank you!');
    await seen(page, 'StaticText', 'Reply: Gladly');
  },

  async The_keyboard_closes_the_widget_and_it_speaks_the_browsers_language(browser) {
    const begun = await begin(browser);
    const { page, foreign } = await widget(browser, begun, '', { language: 'zh' });
    await seen(page, 'button', '提交');
    await seen(page, 'radio', '5 星');
    await press(page, 'textbox', '中文 Why?', 'Escape');
    const cdp = await page.context().newCDPSession(page);
    const { nodes } = await cdp.send('Accessibility.getFullAXTree');
    assert.equal(nodes.filter((node) => !node.ignored && node.role?.value === 'dialog').length, 0);
    await foreign.close();
  },

  async A_form_is_made_in_the_portal_beside_its_preview_and_opened(browser) {
    const page = await open(browser);
    await signIn(page, `/reviews/${tenant}/-/form`);
    const id = `page-${Date.now().toString(36)}`;
    await page.fill('input[name=form]', id);
    await page.fill('input[name=title-zh]', '页面');
    await page.fill('input[name=title-en]', 'From the page');
    await page.click('[data-test=add-question]');
    await page.locator('[data-question=q1] .titles input').first().fill('推荐吗');
    await page.locator('[data-question=q1] .titles input').last().fill('Would you?');
    await seen(page, 'radio', '10');
    await seen(page, 'heading', 'From the page');
    await page.click('[data-test=save-form]');
    await page.waitForSelector('[data-test=open-form]');
    await page.click('[data-test=open-form]');
    await page.waitForSelector('[data-test=close-form]');
  },

  async Names_contrast_and_widths_hold_in_both_languages_and_themes(browser) {
    const problems = [];
    const { page: maker, form, link } = await begin(browser);
    const answers = (nps, text) => [{ question: 'stars', number: nps > 5 ? 5 : 1 }, { question: 'nps', number: nps }, { question: 'why', text }];
    for (const [at, nps] of [9, 3].entries())
      await maker.evaluate(([link, body]) => fetch(`/api/v1/public/reviews/${link}`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }), [
        link, { id: `looks-${form}-${at}`.padEnd(24, '0'), formVersion: 2, answers: answers(nps, nps > 5 ? '非常好用' : 'Slow, and it crashed'), context: { version: '9.1' } },
      ]);
    for (const look of [{ theme: 'light', language: 'en' }, { theme: 'dark', language: 'zh' }]) {
      const page = await open(browser, look);
      await signIn(page, `/reviews?tenant=${tenant}`);
      await page.waitForSelector('[data-review]');
      problems.push(...(await problemsOf(page, 'inbox')));
      await page.click('[data-review] a');
      await page.waitForSelector('[data-test=answers]');
      problems.push(...(await problemsOf(page, 'review')));
      await page.goto(`${url}/reviews?tenant=${tenant}&tab=results`);
      await page.waitForSelector('[data-test=nps-chart]');
      problems.push(...(await problemsOf(page, 'results')));
      await page.goto(`${url}/reviews?tenant=${tenant}&tab=forms`);
      await page.waitForSelector(`[data-form="${form}"]`);
      problems.push(...(await problemsOf(page, 'forms')));
      await page.goto(`${url}/reviews/${tenant}/forms/${form}`);
      await page.waitForSelector('[data-test=close-form]');
      problems.push(...(await problemsOf(page, 'form')));
    }
    assert.equal(problems.length, 0, problems.slice(0, 20).join('\n'));
  },
};
