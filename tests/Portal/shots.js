// Takes a picture of every page in both languages, both themes, at 1280 and 390 pixels.
// Usage: npm run shots -- [folder] [filter]; the filter is a part of the file names, such as "en-light-1280".
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { launch, open, signIn, url } from './browser.js';
import { findPages } from './pages.js';

const folder = process.argv[2] ?? 'shots';
const filter = process.argv[3] ?? '';
mkdirSync(folder, { recursive: true });
const browser = await launch();
let count = 0;
try {
  const pages = await findPages(browser);
  for (const language of ['en', 'zh'])
    for (const theme of ['light', 'dark'])
      for (const width of [1280, 390]) {
        const variant = `${language}-${theme}-${width}`;
        const wanted = [{ name: 'sign-in', path: '/sign-in', signedOut: true }, ...pages].filter(({ name }) => `${name}-${variant}`.includes(filter));
        if (wanted.length === 0) continue;
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
      }
} finally {
  await browser.close();
}
console.log(`${count} pictures in ${folder}`);
