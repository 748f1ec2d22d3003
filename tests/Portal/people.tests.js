import assert from 'node:assert/strict';
import { open, password, signIn, url, user } from './browser.js';

export const tests = {
  async A_wrong_password_is_refused_in_words_and_the_right_one_lets_in(browser) {
    const page = await open(browser);
    await page.goto(url + '/servers');
    await page.fill('#sign-in-name', user);
    await page.fill('#sign-in-password', 'not the password');
    await page.press('#sign-in-password', 'Enter');
    await page.waitForFunction(() => document.querySelector('[role=alert]')?.textContent.trim() !== '');
    assert.match(await page.textContent('[role=alert]'), /wrong/);
    await page.fill('#sign-in-password', password);
    await page.press('#sign-in-password', 'Enter');
    // Sign-in leads to the page that was asked for.
    await page.waitForSelector('[data-test=servers-page]');
  },

  async The_keyboard_alone_signs_in_and_walks_the_portal(browser) {
    const page = await open(browser);
    await page.goto(url);
    await page.waitForFunction(() => document.activeElement?.id === 'sign-in-name');
    await page.keyboard.type(user);
    await page.keyboard.press('Tab');
    await page.keyboard.type(password);
    await page.keyboard.press('Enter');
    await page.waitForSelector('[data-test=fleet-page]');
    await page.keyboard.press('Control+k');
    await page.waitForSelector('dialog[open] input:focus');
    await page.keyboard.type('rules');
    await page.waitForSelector('dialog[open] [role=option][aria-selected=true]');
    await page.waitForFunction(() => document.querySelector('dialog[open] [aria-selected=true]')?.textContent.includes('Rules'));
    await page.keyboard.press('Enter');
    await page.waitForSelector('[data-test=rules-page]');
    // The first stop of the tab key leads past the navigation.
    await page.evaluate(() => document.activeElement?.blur());
    await page.keyboard.press('Tab');
    assert.match(await page.evaluate(() => document.activeElement.textContent), /Skip/);
    for (let stops = 0; stops < 40; stops++) {
      await page.keyboard.press('Tab');
      const stop = await page.evaluate(() => {
        const element = document.activeElement;
        const style = getComputedStyle(element);
        const shown = style.outlineStyle !== 'none' || style.boxShadow !== 'none' || getComputedStyle(element.parentElement).boxShadow !== 'none' || element.matches('.el-switch__input');
        return { shown, what: element.outerHTML.slice(0, 160), href: element.getAttribute('href') };
      });
      assert.ok(stop.shown, `the focus cannot be seen on ${stop.what}`);
      if (stop.href === '/alarms') {
        await page.keyboard.press('Enter');
        await page.waitForSelector('[data-test=alarms-page]');
        return;
      }
    }
    assert.fail('the tab key never reached the alarms');
  },

  async The_language_and_the_theme_stay_after_a_reload(browser) {
    const page = await open(browser, { language: 'en', theme: 'light' });
    await signIn(page);
    await page.waitForSelector('h1:has-text("Fleet")');
    await page.click('[data-test=language]');
    await page.waitForSelector('h1:has-text("全局总览")');
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'zh-CN');
    await page.click('[data-test=theme]');
    await page.click('.el-dropdown-menu__item:has-text("深色"):visible');
    await page.waitForSelector('html.dark');
    await page.reload();
    await page.waitForSelector('html.dark');
    await page.waitForSelector('h1:has-text("全局总览")');
  },

  async Signing_out_ends_the_session(browser) {
    const page = await open(browser);
    await signIn(page);
    await page.click('[data-test=user]');
    await page.click('[data-test=sign-out]:visible');
    await page.waitForSelector('#sign-in-name');
    assert.equal(await page.evaluate(async () => (await fetch('/api/v1/session')).status), 401);
    await page.goto(url + '/users');
    await page.waitForSelector('#sign-in-name');
  },

  async A_page_or_server_that_does_not_exist_is_told_so(browser) {
    const page = await open(browser);
    await signIn(page, '/no/such/page');
    await page.waitForSelector('h1:has-text("Not found")');
    await page.goto(url + '/servers/nobody/nowhere/nothing');
    await page.waitForSelector('h1:has-text("Not found")');
  },
};
