import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

export const url = (process.env.ORRERY_URL ?? 'http://127.0.0.1:7400').replace(/\/$/, '');
export const user = process.env.ORRERY_USER ?? 'admin';
export const password = process.env.ORRERY_PASSWORD ?? '';

const candidates = [process.env.ORRERY_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export const executable = candidates.find((path) => path && existsSync(path)) ?? null;

export async function launch() {
  return chromium.launch({
    executablePath: executable,
    headless: true,
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
}

/** A page with its own cookies and storage, in a language and a theme. */
export async function open(browser, { language = 'en', theme = 'light', width = 1280, height = 900 } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, locale: language === 'zh' ? 'zh-CN' : 'en-GB', colorScheme: theme, reducedMotion: 'reduce' });
  await context.addInitScript(
    ([chosenLanguage, chosenTheme]) => {
      // Only where nothing was chosen yet, so that a test can see a choice survive a reload.
      if (localStorage.getItem('orrery.language') === null) localStorage.setItem('orrery.language', chosenLanguage);
      if (localStorage.getItem('orrery.theme') === null) localStorage.setItem('orrery.theme', chosenTheme);
    },
    [language, theme],
  );
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  return page;
}

export async function signIn(page, path = '/', base = url) {
  await page.goto(base + path);
  await page.fill('#sign-in-name', user);
  await page.fill('#sign-in-password', password);
  await page.press('#sign-in-password', 'Enter');
  await page.waitForSelector('[data-test=user]');
}

/**
 * To another page without loading the portal anew, as a link within it does; loaded anew where the page is the same one with another query, or `anew` says so.
 * It is there when nothing of the page before is.
 */
export async function go(page, path, anew = false) {
  const now = new URL(page.url());
  if (anew || now.origin !== new URL(url).origin || now.pathname === new URL(url + path).pathname || (await page.locator('#main > *').count()) === 0) {
    await page.goto(url + path);
    return;
  }
  await page.evaluate((to) => {
    for (const element of document.querySelectorAll('#main > *')) element.dataset.before = '';
    history.pushState(null, '', to);
    dispatchEvent(new PopStateEvent('popstate', { state: null }));
  }, path);
  await page.waitForFunction(() => document.querySelector('#main > [data-before]') === null && document.querySelector('#main > *') !== null);
}
