import assert from 'node:assert/strict';
import { open, signIn, url } from './browser.js';
import { aliveServer } from './pages.js';

export const tests = {
  async The_overview_shows_the_whole_fleet_and_stays_live(browser) {
    const page = await open(browser);
    await signIn(page);
    await page.waitForSelector('[data-test=live][data-state=live]');
    const counts = await page.locator('.counts .value').allTextContents();
    const total = await page.evaluate(async () => (await (await fetch('/api/v1/servers?limit=1')).json()).total);
    assert.equal(counts.reduce((sum, text) => sum + Number(text.replace(/\D/g, '')), 0), total);
    assert.ok(total > 0, 'the fleet has no servers');
    const cells = await page.getAttribute('[data-test=honeycomb]', 'aria-label');
    assert.ok(cells.includes(String(total)), cells);
    const before = await page.textContent('.page-head .at');
    await page.waitForFunction((text) => document.querySelector('.page-head .at')?.textContent !== text, before, { timeout: 60_000 });
  },

  async Live_updates_can_be_paused_and_resumed(browser) {
    const page = await open(browser);
    await signIn(page);
    await page.waitForSelector('[data-test=live][data-state=live]');
    await page.click('[data-test=live]');
    await page.waitForSelector('[data-test=live][data-state=paused]');
    await page.click('[data-test=live]');
    await page.waitForSelector('[data-test=live][data-state=live]');
  },

  async A_lost_connection_is_shown_and_comes_back(browser) {
    const page = await open(browser);
    await signIn(page);
    await page.waitForSelector('[data-test=live][data-state=live]');
    // Closing the tab's network ends the stream; the pause before the next attempt is at most seconds.
    await page.context().setOffline(true);
    await page.click('[data-test=live]');
    await page.click('[data-test=live]');
    await page.waitForSelector('[data-test=live][data-state=lost]');
    await page.context().setOffline(false);
    await page.waitForSelector('[data-test=live][data-state=live]', { timeout: 30_000 });
  },

  async The_map_of_servers_is_walked_with_arrow_keys_and_opens_a_server(browser) {
    const page = await open(browser);
    await signIn(page);
    await page.waitForSelector('[data-test=honeycomb]');
    await page.focus('[data-test=honeycomb]');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[data-test=server-page]');
  },

  async The_charts_of_a_server_move(browser) {
    const page = await open(browser, { height: 1400 });
    await signIn(page);
    const { path, key } = await aliveServer(page);
    await page.goto(url + path);
    await page.waitForSelector('[data-test=charts] canvas');
    await page.waitForSelector('[data-test=live][data-state=live]');
    const first = await page.textContent('[data-test=charts] .legend');
    assert.match(first, /%/);
    await page.waitForFunction((text) => document.querySelector('[data-test=charts] .legend')?.textContent !== text, first, { timeout: 60_000 });
    // What the chart says is what the API says.
    const shown = Number(/CPU usage\s*([\d.]+)%/.exec(await page.textContent('[data-test=charts] .legend'))?.[1]);
    assert.ok(Number.isFinite(shown) && shown >= 0 && shown <= 100, `CPU usage is ${shown} for ${key}`);
  },

  async A_brush_zooms_and_the_address_keeps_the_range(browser) {
    const page = await open(browser, { height: 1400 });
    await signIn(page);
    const { path } = await aliveServer(page);
    await page.goto(`${url}${path}?range=1h`);
    const stage = page.locator('[data-test=charts] .stage').first();
    await stage.waitFor();
    const box = await stage.boundingBox();
    await page.mouse.move(box.x + box.width * 0.4, box.y + 80);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.7, box.y + 80, { steps: 5 });
    await page.mouse.up();
    await page.waitForURL(/from=\d+&to=\d+/);
    await page.reload();
    await page.waitForSelector('[data-range=custom][aria-pressed=true]');
    const { searchParams } = new URL(page.url());
    const minutes = (Number(searchParams.get('to')) - Number(searchParams.get('from'))) / 60_000;
    assert.ok(minutes > 10 && minutes < 30, `${minutes} minutes were chosen`);
  },

  async One_crosshair_goes_over_all_charts(browser) {
    const page = await open(browser, { height: 1400 });
    await signIn(page);
    const { path } = await aliveServer(page);
    await page.goto(url + path);
    const stages = page.locator('[data-test=charts] .stage');
    await stages.nth(2).waitFor();
    await stages.first().hover({ position: { x: 400, y: 60 } });
    await page.waitForFunction(() => document.querySelectorAll('.cross').length === document.querySelectorAll('[data-test=charts] .stage').length);
    assert.equal(await page.locator('.tip').count(), 1);
  },

  async Processes_are_sorted_and_filtered(browser) {
    const page = await open(browser);
    await signIn(page);
    const { path } = await aliveServer(page);
    await page.goto(`${url}${path}?tab=processes`);
    await page.waitForSelector('[data-test=processes] tbody tr td.name');
    await page.click('[data-test=processes] th:first-child button');
    await page.waitForSelector('[data-test=processes] th:first-child[aria-sort=ascending]');
    const names = await page.locator('[data-test=processes] td.name').allTextContents();
    const first = names[0].trim().split(' ')[0];
    await page.fill('[data-test=processes] input', first);
    await page.waitForFunction((name) => [...document.querySelectorAll('[data-test=processes] tbody tr')].every((row) => row.textContent.includes(name)), first);
  },

  async The_explorer_draws_any_metric(browser) {
    const page = await open(browser);
    await signIn(page);
    const { path } = await aliveServer(page);
    await page.goto(`${url}${path}?tab=explorer`);
    await page.waitForSelector('[data-test=explorer] tbody tr');
    await page.click('[data-test=explorer] .metric');
    await page.keyboard.type('memory_used_percent');
    await page.click('.el-select-dropdown__item:has-text("memory_used_percent"):visible');
    await page.waitForSelector('[data-test=explorer] tbody tr:has-text("Memory used")');
  },

  async Every_page_shows_itself_without_an_error(browser) {
    const { findPages } = await import('./pages.js');
    const page = await open(browser);
    const errors = [];
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => message.type() === 'error' && !/401|404/.test(message.text()) && errors.push(message.text()));
    await signIn(page);
    for (const { name, path, act } of await findPages(browser)) {
      if (act) continue;
      await page.goto(url + path);
      await page.waitForSelector('#main h1');
      await page.waitForFunction(() => document.querySelector('#main .skeletons') === null, undefined, { timeout: 20_000 });
      assert.equal(await page.locator('#main .state[role=alert]').count(), 0, `${name} shows a failure: ${await page.locator('#main .state[role=alert]').allTextContents()}`);
    }
    assert.deepEqual(errors, []);
  },
};
