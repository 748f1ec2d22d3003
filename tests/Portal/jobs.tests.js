import assert from 'node:assert/strict';
import { problemsOf } from './accessibility.tests.js';
import { open, signIn, url } from './browser.js';
import { scriptJobs } from './jobs.js';

const listPath = '/jobs?tenant=huaxin-foods';
const path = (id) => `/jobs/huaxin-foods/${id}`;

async function begin(browser, look = {}, at = listPath) {
  const page = await open(browser, look);
  const asked = await scriptJobs(page);
  await signIn(page, at);
  return { page, asked };
}

const look = (theme, language) => async (browser) => {
  const { page } = await begin(browser, { theme, language });
  const problems = [];
  await page.waitForSelector('[data-job=carry]');
  problems.push(...(await problemsOf(page, 'jobs')));
  for (const id of ['carry', 'behind', 'compare', 'old', 'wait']) {
    await page.goto(url + path(id));
    await page.waitForSelector('[data-test=runs]');
    problems.push(...(await problemsOf(page, id)));
  }
  await page.goto(url + '/jobs/-/new?tenant=huaxin-foods');
  await page.waitForSelector('[data-test=wizard]');
  problems.push(...(await problemsOf(page, 'wizard')));
  assert.equal(problems.length, 0, problems.slice(0, 20).join('\n'));
};

export const tests = {
  Names_contrast_and_widths_hold_in_English_and_light: look('light', 'en'),
  Names_contrast_and_widths_hold_in_Chinese_and_dark: look('dark', 'zh'),

  async A_job_is_made_tested_assessed_and_started_by_the_wizard(browser) {
    const { page, asked } = await begin(browser);
    await page.click('[data-test=new-job]');
    await page.fill('input[name=id]', 'fresh');
    await page.click('[data-test=placement]');
    await page.click('.el-select-dropdown__item:has-text("Split")');
    await page.fill('input[name=runsOn]', 'berlin/erp-01');
    await page.click('[data-test=next]');
    await page.fill('input[name=from]', 'mysql://reader@10.0.0.5:3306/shop');
    await page.fill('input[name=from-password]', 'se/cret');
    await page.fill('input[name=to]', 'postgresql://writer@10.0.0.6:5432/shop');
    await page.click('[data-test=assess]');
    await page.waitForSelector('[data-test=clear]');
    assert.match(await page.locator('[data-test=findings]').textContent(), /4 tables, about 4,120,331 rows/);
    await page.click('[data-test=next]');
    await page.click('[data-test=start]');
    await page.waitForURL('**/jobs/huaxin-foods/fresh');
    await page.waitForSelector('[data-state=running]');
    assert.deepEqual(asked.map(({ what }) => what), ['PUT fresh', 'POST fresh/assess', 'PUT fresh', 'POST fresh/start']);
    assert.equal(asked[0].body.definition.from, 'mysql://reader:se%2Fcret@10.0.0.5:3306/shop');
    assert.deepEqual([asked[0].body.runsOn, asked[0].body.isSplit], ['berlin/erp-01', true]);
    assert.ok(!(await page.content()).includes('se%2Fcret'));
  },

  async A_DataX_file_is_pasted_and_what_the_server_says_of_it_stands_below(browser) {
    const { page, asked } = await begin(browser, {}, '/jobs/-/new?tenant=huaxin-foods');
    await page.fill('input[name=id]', 'nightly');
    await page.click('[data-test=kind]');
    await page.click('.el-select-dropdown__item:has-text("DataX")');
    await page.click('[data-test=next]');
    await page.fill('textarea[name=file]', '{ "job": ');
    await page.click('[data-test=assess]');
    await page.waitForSelector('.el-form-item__error:has-text("no JSON")');
    assert.deepEqual(asked, []);
    await page.route('**/api/v1/tenants/*/jobs/nightly', (route) => route.fulfill({ status: 400, contentType: 'application/problem+json', body: JSON.stringify({ status: 400, title: 'Bad Request', detail: 'The job cannot be done so: job.content[0].reader.name is oraclereader.', errors: { definition: ['The job cannot be done so: job.content[0].reader.name is oraclereader.'] } }) }), { times: 1 });
    await page.fill('textarea[name=file]', '{ "job": { "content": [] } }');
    await page.fill('textarea[name=define]', 'day=2024-05-06');
    await page.click('[data-test=assess]');
    await page.waitForSelector('.el-form-item__error:has-text("job.content[0].reader.name")');
    await page.click('[data-test=assess]');
    await page.waitForSelector('[data-test=clear]');
    assert.deepEqual(asked[0].body.definition, { kind: 'datax', file: { job: { content: [] } }, define: { day: '2024-05-06' }, chunkRows: 100_000 });
  },

  async Rates_and_channels_are_changed_in_a_dialog_while_a_job_runs(browser) {
    const { page, asked } = await begin(browser, {}, path('carry'));
    await page.click('[data-test=throttle]');
    await page.waitForSelector('.el-dialog');
    assert.deepEqual(await page.locator('.el-dialog input').evaluateAll((all) => all.map((one) => one.value)), ['0', '0', '4']);
    await page.fill('.el-dialog input[aria-label^="Rows a second"]', '5000');
    await page.fill('.el-dialog input[aria-label^="Channels"]', '2');
    await page.click('.el-dialog .el-button--primary');
    await page.waitForSelector('.el-dialog', { state: 'detached' });
    assert.deepEqual(asked, [{ what: 'PUT carry/throttle', body: { rowsPerSecond: 5000, bytesPerSecond: 0, parallel: 2 } }]);
  },

  async A_running_job_shows_its_tables_rejects_and_certificate_and_is_paused_and_resumed(browser) {
    const { page, asked } = await begin(browser, {}, path('carry'));
    await page.waitForSelector('[data-table="shop.order_lines"]');
    assert.match(await page.locator('[data-tile=rows]').textContent(), /1,9\d\d,\d\d\d|1,8\d\d,\d\d\d/);
    assert.match(await page.locator('[data-test=phase]').textContent(), /shop\.order_lines/);
    assert.match(await page.locator('[data-test=rejects]').textContent(), /value too long/);
    assert.match(await page.getAttribute('[data-test=certificate]', 'href'), /\/jobs\/carry\/runs\/1\/certificate\/page$/);
    await page.click('[data-test=pause]');
    await page.waitForSelector('h1 [data-state=paused]');
    await page.click('[data-test=resume]');
    await page.waitForSelector('h1 [data-state=running]');
    assert.deepEqual(asked.map(({ what }) => what), ['POST carry/pause', 'POST carry/resume']);
  },

  async A_job_that_follows_shows_its_lag_and_why_a_cut_over_was_refused_and_is_asked_again_with_care(browser) {
    const { page, asked } = await begin(browser, {}, path('behind'));
    await page.waitForSelector('[data-test=follow]');
    assert.match(await page.locator('[data-test=lag]').textContent(), /132 changes/);
    assert.match(await page.locator('[data-test=step]').textContent(), /refused.*takes writes/s);
    assert.equal(await page.locator('[data-test=back]').count(), 0);
    await page.click('[data-test=cut-over]');
    assert.match(await page.locator('.el-dialog').textContent(), /stands still/);
    await page.click('.el-dialog .el-checkbox');
    await page.click('.el-dialog .el-button--primary');
    await page.waitForSelector('[data-test=cut-over]', { state: 'detached' });
    assert.match(await page.locator('[data-test=step]').textContent(), /asked for by ann/);
    assert.deepEqual(asked, [{ what: 'POST behind/cut-over', body: { sourceIsStopped: true } }]);
  },

  async Jobs_that_need_somebody_stand_first(browser) {
    const { page } = await begin(browser);
    await page.waitForSelector('[data-job=carry]');
    assert.deepEqual(await page.locator('[data-job]').evaluateAll((all) => all.map((one) => one.dataset.job)), ['compare', 'old', 'behind', 'carry', 'wait']);
  },
};
