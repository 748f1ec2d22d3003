// Takes a picture of every page in both languages, both themes, at 1280 and 390 pixels.
// Usage: npm run shots -- [folder] [filter]; the filter is a part of the file names, such as "en-light-1280".
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { launch, open, signIn, url } from './browser.js';
import { findPages, scriptedPages } from './pages.js';
import { startScripted } from './scripted.js';

const folder = process.argv[2] ?? 'shots';
const filter = process.argv[3] ?? '';
mkdirSync(folder, { recursive: true });
const browser = await launch();
let count = 0;

/** Pages of a cluster that is played by a server in front of the real one; lines need some seconds to fill. */
async function takeScripted(variant, look) {
  const wanted = scriptedPages.filter(({ name }) => `${name}-${variant}`.includes(filter));
  for (const { name, path, state, act } of wanted) {
    const scripted = await startScripted(state());
    const page = await open(browser, look);
    await signIn(page, path, scripted.url);
    await page.waitForTimeout(6_000);
    if (act) await act(page);
    await page.waitForTimeout(400);
    await page.screenshot({ path: join(folder, `${name}-${variant}.png`), fullPage: !act });
    await page.context().close();
    await scripted.stop();
  }
  return wanted.length;
}

try {
  const pages = await findPages(browser);
  for (const language of ['en', 'zh'])
    for (const theme of ['light', 'dark'])
      for (const width of [1280, 390]) {
        const variant = `${language}-${theme}-${width}`;
        const wanted = [{ name: 'sign-in', path: '/sign-in', signedOut: true }, ...pages].filter(({ name }) => `${name}-${variant}`.includes(filter));
        if (wanted.length === 0) {
          count += await takeScripted(variant, { language, theme, width, height: width === 390 ? 844 : 900 });
          continue;
        }
        const page = await open(browser, { language, theme, width, height: width === 390 ? 844 : 900 });
        let signedIn = false;
        for (const { name, path, signedOut, act } of wanted) {
          if (!signedOut && !signedIn) {
            await signIn(page);
            signedIn = true;
          }
          await page.goto(url + path);
          await page.waitForTimeout(signedOut ? 600 : 1_800);
          if (act) await act(page);
          await page.screenshot({ path: join(folder, `${name}-${variant}.png`), fullPage: name !== 'palette' && !act });
          count++;
        }
        await page.context().close();
        count += await takeScripted(variant, { language, theme, width, height: width === 390 ? 844 : 900 });
      }
} finally {
  await browser.close();
}
console.log(`${count} pictures in ${folder}`);
