import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { problemsOf } from './accessibility.tests.js';
import { scriptBoards, tiles } from './boards.js';
import { open, signIn, url } from './browser.js';

const boardsPath = '/boards?tenant=huaxin-foods';
const boardPath = '/boards/huaxin-foods/sales';

async function begin(browser, look = {}, path = boardPath) {
  const page = await open(browser, look);
  const asked = await scriptBoards(page);
  await signIn(page, path);
  return { page, asked };
}
const shown = (page) => page.waitForFunction(() => document.querySelector('[data-tile=news] li .words')?.textContent.includes('Newest shop'));
const named = (page, id) => page.locator(`[data-tile=${id}]`);

const look = (theme, language) => async (browser) => {
  const { page } = await begin(browser, { theme, language }, boardsPath);
  const problems = [];
  const see = async (name, path, ready, act) => {
    if (path !== null) await page.goto(url + path);
    await page.waitForSelector(ready);
    if (act) await act();
    await page.waitForTimeout(400);
    problems.push(...(await problemsOf(page, name)));
  };
  await see('list', null, '[data-board=sales]');
  await see('board', boardPath, '[data-tile=flow] canvas', () => shown(page));
  await see('behind', null, '[data-tile=shops] button.line', async () => {
    await named(page, 'shops').locator('button.line').first().click();
    await page.waitForSelector('[data-test=behind] [data-test=result-table]');
  });
  await see('share', boardPath, '[data-test=share-board]', async () => {
    await page.click('[data-test=share-board]');
    await page.waitForSelector('[data-test=revoke-link]');
  });
  await see('changes', boardPath, '[data-test=board-menu]', async () => {
    await page.click('[data-test=board-menu]');
    await page.locator('[data-test=board-changes]:visible').click();
    await page.waitForSelector('[data-test=change]');
  });
  await see('wall', `${boardPath}?wall=1`, '[data-test=board-wall] [data-tile=flow] canvas', () => shown(page));
  await see('editor', `${boardPath}/edit`, '[data-test=tile-form]');
  await see('shared', '/shared/boards/TokenOfTheLink', '[data-tile=flow] canvas');
  assert.equal(problems.length, 0, problems.slice(0, 20).join('\n'));
};

export const tests = {
  Names_contrast_and_widths_hold_in_English_and_light: look('light', 'en'),
  Names_contrast_and_widths_hold_in_Chinese_and_dark: look('dark', 'zh'),

  async All_tiles_move_with_one_stream(browser) {
    const page = await open(browser);
    await scriptBoards(page);
    const streams = [];
    page.on('request', (request) => request.url().includes('/live') && request.url().includes('/boards/') && streams.push(request.url()));
    await signIn(page, boardPath);
    await shown(page);
    assert.equal(await page.locator('[data-test=tile]').count(), tiles.length);
    assert.equal(new Set(streams).size, 1);
    assert.match(await named(page, 'net').textContent(), /120,503|120\.5k/);
    // The last shop has become the first.
    assert.match(await named(page, 'shops').locator('li').first().textContent(), /温州五马店/);
    // A tile that cannot be asked says so and hinders no other.
    assert.match(await named(page, 'broken').textContent(), /There is no table or view/);
  },

  async A_value_leads_to_its_rows_and_to_why_it_is_so(browser) {
    const { page, asked } = await begin(browser);
    await shown(page);
    await named(page, 'shops').locator('button.line').nth(1).click();
    await page.waitForSelector('[data-test=behind] [data-test=result-table]');
    await page.click('[data-test=behind] [data-tab=why]');
    await page.waitForFunction(() => document.querySelector('[data-test=behind] .asked')?.textContent.includes('WHY'));
    await page.keyboard.press('Escape');
    await page.waitForSelector('[data-test=behind]', { state: 'detached' });
    await named(page, 'net').locator('button.whole').click();
    await page.waitForSelector('[data-test=behind] [data-test=result-table]');
    assert.deepEqual(asked.map((item) => item.run), [
      "SELECT * FROM orders WHERE shop = '杭州湖滨店' AND note <> ':none'", "WHY ads_sales WHERE shop = '杭州湖滨店'", "SELECT * FROM orders WHERE day = DATE '2030-01-01'",
    ]);
  },

  async A_wall_fills_the_screen_dark_and_Escape_leaves_it(browser) {
    const { page } = await begin(browser, { width: 1920, height: 1080 });
    await shown(page);
    await page.click('[data-test=full-screen]');
    await page.waitForSelector('[data-test=board-wall] [data-tile=flow] canvas');
    const wall = await page.evaluate(() => {
      const element = document.querySelector('[data-test=board-wall]');
      const lowest = Math.max(...[...element.querySelectorAll('[data-test=tile]')].map((item) => item.getBoundingClientRect().bottom));
      return { scrolls: element.scrollHeight > element.clientHeight, lowest, height: window.innerHeight, color: getComputedStyle(element).backgroundColor };
    });
    assert.equal(wall.scrolls, false);
    assert.ok(wall.lowest > wall.height * 0.95 && wall.lowest <= wall.height, JSON.stringify(wall));
    assert.equal(wall.color, 'rgb(5, 10, 22)');
    await page.evaluate(() => document.exitFullscreen?.().catch(() => undefined));
    await page.keyboard.press('Escape');
    await page.waitForSelector('[data-test=board-wall]', { state: 'detached' });
    await page.waitForSelector('[data-test=board-page] [data-tile=flow] canvas');
  },

  async A_tile_and_a_board_are_saved_as_CSV_and_as_a_picture(browser) {
    const { page } = await begin(browser);
    await shown(page);
    const save = async (menu, item) => {
      await menu.hover();
      await menu.click();
      const [download] = await Promise.all([page.waitForEvent('download'), page.locator(`${item}:visible`).click()]);
      return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
    };
    const csv = await save(named(page, 'shops').locator('[data-test=tile-menu]'), '[data-test=tile-csv]');
    assert.equal(csv.name, 'Sales-board-Shops.csv');
    assert.match(csv.bytes.toString(), /^\ufeffshop,amount\r\n杭州湖滨店,9804\.50/);
    const picture = await save(named(page, 'flow').locator('[data-test=tile-menu]'), '[data-test=tile-png]');
    assert.equal(picture.name, 'Sales-board-The-pulse-of-sales.png');
    assert.equal(picture.bytes.subarray(1, 4).toString(), 'PNG');
    const whole = await save(page.locator('[data-test=board-menu]'), '[data-test=board-csv]');
    assert.match(whole.bytes.toString(), /Net today\r\nday,amount\r\n[\s\S]*\r\n\r\nShops\r\nshop,amount/);
    const board = await save(page.locator('[data-test=board-menu]'), '[data-test=board-png]');
    assert.ok(board.bytes.length > 20_000, `a picture of ${board.bytes.length} bytes`);
  },

  async A_link_is_made_shown_once_and_revoked(browser) {
    const { page, asked } = await begin(browser);
    await page.click('[data-test=share-board]');
    await page.fill('[data-test=link-name]', 'The hall');
    await page.click('[data-test=make-link]');
    await page.waitForSelector('[data-test=made-link]');
    assert.equal((await page.locator('[data-test=made-link] code').textContent()).trim(), `${url}/shared/boards/TokenOfTheLink`);
    await page.locator('[data-test=revoke-link]').first().click();
    await page.waitForSelector('[data-test=made-link]', { state: 'detached' });
    assert.deepEqual(asked.filter((item) => item.link || item.revoke), [{ link: { name: 'The hall', days: 7 } }, { revoke: 'b2' }]);
  },

  async Who_changed_a_board_is_shown_newest_first(browser) {
    const { page } = await begin(browser);
    await page.click('[data-test=board-menu]');
    await page.locator('[data-test=board-changes]:visible').click();
    await page.waitForSelector('[data-test=change]');
    const lines = await page.locator('[data-test=change]').allTextContents();
    assert.equal(lines.length, 4);
    assert.match(lines[0], /admin.*Link revoked.*Warehouse.*3/);
    assert.match(lines[3], /wang\.wei.*Made.*1/);
  },

  async Who_has_a_link_sees_the_board_without_signing_in_and_nothing_behind_it(browser) {
    const page = await open(browser);
    await scriptBoards(page);
    const others = [];
    page.on('request', (request) => request.url().includes('/api/v1/') && !request.url().includes('/public/') && others.push(request.url()));
    await page.goto(`${url}/shared/boards/TokenOfTheLink`);
    await shown(page);
    assert.deepEqual(others, []);
    assert.equal(await page.locator('[data-tile=shops] button.line').count(), 0);
    assert.equal(await page.locator('[data-tile=net] button.whole').count(), 0);
    await page.context().close();
    const late = await open(browser);
    await scriptBoards(late, { linkEnds: true });
    await late.goto(`${url}/shared/boards/TokenOfTheLink`);
    assert.match(await late.locator('[role=alert]').textContent(), /expired|revoked/);
  },

  async A_new_board_has_its_id_from_its_title(browser) {
    const { page, asked } = await begin(browser, {}, boardsPath);
    await page.click('[data-test=new-board]');
    await page.fill('[data-test=title-zh]', '新看板');
    await page.fill('[data-test=title-en]', 'My new board');
    await page.click('.cm-content');
    await page.keyboard.insertText('SELECT 1 AS one');
    assert.equal(await page.locator('[data-test=board-id]').inputValue(), 'my-new-board');
    await page.click('[data-test=save-board]');
    await page.waitForSelector('[data-test=board-page]');
    const { put, version, id } = asked.find((item) => item.put);
    assert.deepEqual([id, version, put.title.zh, put.tiles[0].query], ['my-new-board', null, '新看板', 'SELECT 1 AS one']);
  },

  async A_board_is_edited_with_errors_in_their_place_and_kept_with_its_version(browser) {
    const { page, asked } = await begin(browser, {}, `${boardPath}/edit`);
    await page.waitForSelector('[data-test=tile-preview] [data-test=number-tile]');
    await page.click('.cm-content');
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText('SELECT 1 FORM x');
    await page.waitForFunction(() => document.querySelector('.query .el-form-item__error')?.textContent.includes('FORM'));
    assert.equal(await page.locator('.list li.wrong').count(), 1);
    await page.click('[data-test=save-board]');
    await page.waitForSelector('[data-test=board-problem]');
    await page.click('.cm-content');
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText('SELECT 1 AS amount');
    await page.waitForSelector('.list li.wrong', { state: 'detached' });
    await page.click('[data-test=as-text]');
    const file = JSON.parse(await page.locator('[data-test=board-text]').inputValue());
    assert.equal(file.tiles[0].query, 'SELECT 1 AS amount');
    file.title.en = 'Other title';
    await page.fill('[data-test=board-text]', JSON.stringify(file));
    await page.click('[data-test=save-board]');
    await page.waitForSelector('[data-test=board-page]');
    const put = asked.filter((item) => item.put).at(-1);
    assert.deepEqual([put.put.title.en, put.version, put.id], ['Other title', '"3"', 'sales']);
  },
};
