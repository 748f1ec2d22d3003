import assert from 'node:assert/strict';
import { open, signIn, url } from './browser.js';
import { degradedCluster, startScripted, threeSilos } from './scripted.js';

/** Runs a test against a cluster that is played, and ends the player whatever comes. */
async function withCluster(browser, state, run, options = {}) {
  const cluster = await startScripted(state);
  try {
    const page = await open(browser, { height: 1200, ...options });
    await signIn(page, '/cluster', cluster.url);
    await page.waitForSelector('[data-test=live][data-state=live]');
    await run(page, cluster);
  } finally {
    await cluster.stop();
  }
}

const legend = (page) => page.locator('[data-test=shard-map] .legend').innerText();

export const tests = {
  async One_silo_alone_is_a_cluster_that_owns_every_shard(browser) {
    const page = await open(browser);
    await signIn(page);
    await page.click('nav .item[href="/cluster"]');
    await page.waitForSelector('[data-test=one-silo]');
    await page.waitForSelector('[data-test=live][data-state=live]');
    assert.match(await legend(page), /1,024/);
    // The rates are those of the last seconds once there are two readings.
    await page.waitForFunction(() => document.querySelector('[data-tile=calls] svg') !== null);
    assert.equal(await page.locator('[data-test=cluster-notes]').count(), 0, 'a healthy silo has nothing to note');
    for (const [tab, test] of [['grains', 'grains'], ['methods', 'methods'], ['reminders', 'reminders'], ['history', 'history']]) {
      await page.click(`.segments a[href="/cluster?tab=${tab}"]`);
      await page.waitForSelector(`[data-test=${test}]`);
    }
    await page.goto(`${url}/cluster?tab=grains`);
    await page.waitForSelector('[data-test=grains] tbody tr:has-text("serverhealth")');
  },

  async Silos_show_their_state_and_their_part_of_the_shards(browser) {
    await withCluster(browser, threeSilos(), async (page) => {
      await page.waitForSelector('[data-silo="erp-3@2"]');
      assert.equal(await page.locator('.silo').count(), 3);
      assert.deepEqual(await page.locator('.silo [data-state]').evaluateAll((marks) => marks.map((mark) => mark.dataset.state)), ['active', 'active', 'active']);
      assert.match(await legend(page), /erp-1@3\s*\d{3}\s*term 3/);
      await page.waitForSelector('table:has-text("Its counter stood still")');
      await page.click('[data-silo="erp-3@2"] h3 a');
      await page.waitForSelector('[data-test=silo-page] h1:has-text("erp-3@2")');
    });
  },

  async The_map_tells_shard_owner_and_term_to_pointer_and_keys_and_shows_moves(browser) {
    await withCluster(browser, threeSilos(), async (page, cluster) => {
      const canvas = page.locator('[data-test=shard-map] canvas');
      await canvas.hover({ position: { x: 6, y: 6 } });
      const bubble = page.locator('[data-test=shard-map] .bubble');
      assert.match(await bubble.innerText(), new RegExp(`Shard 0\\s+${cluster.state.owners[0]}\\s+Term ${cluster.state.terms[0]}`));
      await canvas.focus();
      await page.keyboard.press('ArrowRight');
      assert.match(await bubble.innerText(), new RegExp(`Shard 1\\s+${cluster.state.owners[1]}`));
      await page.keyboard.press('End');
      assert.match(await bubble.innerText(), /Shard 1,023/);
      for (let shard = 0; shard < 10; shard++) {
        cluster.state.owners[shard] = 'erp-2@1';
        cluster.state.terms[shard] = 9;
      }
      await page.waitForSelector('[data-test=moves]:has-text("10 moves seen")');
      await page.keyboard.press('Home');
      await page.waitForFunction(() => /Shard 0\s+erp-2@1\s+Term 9/.test(document.querySelector('[data-test=shard-map] .bubble')?.innerText ?? ''));
    });
  },

  async A_silo_is_drained_after_its_name_is_typed_and_shows_that_it_drains(browser) {
    await withCluster(browser, threeSilos(), async (page, cluster) => {
      await page.click('[data-silo="erp-2@1"] [data-test=drain]');
      await page.waitForSelector('[data-test=confirm-word]');
      assert.ok(await page.isDisabled('[data-test=confirm]'));
      await page.fill('input[aria-label^="Reason"]', 'new disk');
      await page.fill('input[aria-label^="Type erp-2"]', 'erp-1');
      assert.ok(await page.isDisabled('[data-test=confirm]'), 'another name confirms nothing');
      await page.fill('input[aria-label^="Type erp-2"]', 'erp-2');
      await page.click('[data-test=confirm]');
      await page.waitForSelector('[data-silo="erp-2@1"] [data-state=draining]');
      assert.deepEqual(cluster.orders, [{ silo: 'erp-2@1', kind: 'drain', reason: 'new disk' }]);
      await page.waitForSelector('[data-test=cluster-notes]:has-text("erp-2@1 drains")');
      assert.ok(await page.isDisabled('[data-silo="erp-2@1"] [data-test=drain]'));
    });
  },

  async A_restart_says_who_starts_the_process_anew_and_that_nobody_does(browser) {
    await withCluster(browser, degradedCluster(), async (page, cluster) => {
      await page.click('[data-silo="erp-1@3"] [data-test=restart]');
      await page.waitForSelector('[role=dialog]:has-text("systemd starts it anew")');
      await page.keyboard.press('Escape');
      await page.waitForSelector('[data-test=confirm-word]', { state: 'detached' });
      await page.click('[data-silo="erp-3@2"] [data-test=restart]');
      await page.waitForSelector('[data-test=unsupervised]');
      await page.fill('input[aria-label^="Type erp-3"]', 'erp-3');
      await page.keyboard.press('Enter');
      await page.waitForSelector('[data-silo="erp-3@2"] [data-state=draining]');
      assert.deepEqual(cluster.orders, [{ silo: 'erp-3@2', kind: 'restart', reason: '', unsupervised: true }]);
    });
  },

  async A_silo_that_does_not_answer_a_suspect_and_shards_on_their_way_are_told_in_sentences(browser) {
    await withCluster(browser, degradedCluster(), async (page, cluster) => {
      const notes = await page.locator('[data-test=cluster-notes]').innerText();
      for (const text of ['has not been read for 48s', 'erp-2@1 does not answer', 'erp-3@2 has shown no sign of life for 4s', '20 shards belong to silos that have ended', '40 shards are on their way']) assert.ok(notes.includes(text), `${text} is not in: ${notes}`);
      assert.match(await page.locator('[data-silo="erp-2@1"]').innerText(), /Does not answer/);
      assert.match(await page.locator('[data-tile=silos]').innerText(), /2\s+of 3 answer/);
      Object.assign(cluster.state, threeSilos());
      await page.waitForSelector('[data-test=cluster-notes]', { state: 'detached' });
    });
  },

  async Names_contrast_and_widths_hold_where_the_cluster_is_in_trouble(browser) {
    const { problemsOf } = await import('./accessibility.tests.js');
    for (const [theme, language] of [['light', 'en'], ['dark', 'zh']])
      await withCluster(browser, degradedCluster(), async (page) => {
        await page.waitForSelector('[data-silo="erp-3@2"] svg path');
        assert.deepEqual(await problemsOf(page, 'cluster'), []);
      }, { theme, language });
  },

  async A_viewer_finds_no_cluster_in_the_navigation(browser) {
    const admin = await open(browser);
    await signIn(admin);
    const name = `watcher-${Date.now().toString(36)}`;
    const secret = 'only looks around here';
    const status = await admin.evaluate(async ([name, password]) => (await fetch('/api/v1/users', { method: 'POST', headers: { 'content-type': 'application/json', 'X-Orrery-Request': '1' }, body: JSON.stringify({ name, displayName: 'Watcher', role: 'viewer', tenant: null, password }) })).status, [name, secret]);
    assert.equal(status, 201);
    const page = await open(browser);
    await page.goto(`${url}/cluster`);
    await page.fill('#sign-in-name', name);
    await page.fill('#sign-in-password', secret);
    await page.press('#sign-in-password', 'Enter');
    await page.waitForSelector('h1:has-text("Not allowed")');
    assert.equal(await page.locator('nav .item[href="/cluster"]').count(), 0);
    await admin.evaluate((name) => fetch(`/api/v1/users/${name}`, { method: 'DELETE', headers: { 'X-Orrery-Request': '1' } }), name);
  },
};
