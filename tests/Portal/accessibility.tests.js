import assert from 'node:assert/strict';
import { go, open, signIn, url } from './browser.js';
import { findPages } from './pages.js';

/** Runs in the page: controls without a name, text without contrast, ids given twice, images without words. */
function inspect() {
  const problems = [];
  const describe = (element) => `<${element.tagName.toLowerCase()} class="${element.getAttribute('class') ?? ''}"> ${(element.textContent ?? '').trim().slice(0, 40)}`;
  const visible = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && element.getClientRects().length > 0;

  const nameOf = (element) => {
    const ids = element.getAttribute('aria-labelledby');
    if (ids) return ids.split(' ').map((id) => document.getElementById(id)?.textContent ?? '').join(' ').trim();
    return (element.getAttribute('aria-label') ?? [...(element.labels ?? [])].map((label) => label.textContent).join(' ') ?? '').trim() || (element.textContent ?? '').trim() || (element.getAttribute('title') ?? '').trim();
  };
  for (const element of document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, [role=button], [role=switch], [role=combobox], [role=tab], [role=img], canvas[tabindex]')) {
    if (!visible(element) || element.closest('[aria-hidden=true]')) continue;
    const name = element.matches('input, textarea, select') ? (element.getAttribute('aria-label') ?? [...(element.labels ?? [])].map((label) => label.textContent).join(' ')).trim() : nameOf(element);
    if (!name) problems.push(`no name: ${element.outerHTML.slice(0, 200)}`);
  }
  const ids = [...document.querySelectorAll('[id]')].map((element) => element.id);
  for (const id of new Set(ids.filter((item, index) => ids.indexOf(item) !== index))) problems.push(`id given twice: ${id}`);
  if (document.querySelectorAll('h1').length !== 1) problems.push(`${document.querySelectorAll('h1').length} headings of the first order`);

  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  // A page has few colours and asks for them thousands of times.
  const parsed = new Map();
  const parse = (color) => {
    if (!parsed.has(color)) parsed.set(color, read(color));
    return parsed.get(color);
  };
  const read = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = ([r, g, b, a], [br, bg, bb]) => [r * a + br * (1 - a), g * a + bg * (1 - a), b * a + bb * (1 - a)];
  const backgroundOf = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) {
      const color = parse(getComputedStyle(at).backgroundColor);
      if (color[3] > 0) layers.push(color);
      if (color[3] === 1) break;
    }
    return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255]);
  };
  const light = (color) => {
    const [r, g, b] = color.map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const seen = new Set();
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (node.textContent.trim() === '' || seen.has(element) || !visible(element) || element.closest('.visually-hidden, script, style, [aria-hidden=true], .skip')) continue;
    seen.add(element);
    // What is switched off need not be as plain.
    if (element.closest(':disabled, .is-disabled')) continue;
    const style = getComputedStyle(element);
    const background = backgroundOf(element);
    const text = over(parse(style.color), background);
    const [a, b] = [light(text), light(background)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    const size = Number.parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5) - 0.01) problems.push(`contrast ${ratio.toFixed(2)} (${style.color} on rgb(${background.map(Math.round)})): ${describe(element)}`);
  }
  return [...new Set(problems)];
}

async function visit(browser, options, look) {
  const page = await open(browser, options);
  const found = [];
  await page.goto(url + '/sign-in');
  await page.waitForSelector('#sign-in-name');
  found.push(...(await look(page, 'sign-in')));
  await signIn(page);
  let isOpen = false;
  for (const { name, path, act } of await findPages(browser)) {
    // What a page was asked to open goes with it.
    await go(page, path, isOpen);
    isOpen = act !== undefined;
    await page.waitForSelector('#main h1');
    await page.waitForFunction(() => document.querySelector('#main .skeletons') === null, undefined, { timeout: 20_000 });
    if (act) await act(page);
    found.push(...(await look(page, name)));
  }
  return found;
}

/** The widest element beyond the right edge that no box of its own scrolls. */
function overflow() {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  for (const element of document.querySelectorAll('#main *')) if (element.getBoundingClientRect().right > width + 1 && !element.closest('.table-box, .segments')) return [`${document.documentElement.scrollWidth} > ${width}: ${element.outerHTML.slice(0, 200)}`];
  return [`${document.documentElement.scrollWidth} > ${width}`];
}

/** Waits until no colour is on its way to another: a button that has just been switched on is pale for a moment, which nobody reads. */
async function settled(page) {
  await page.evaluate(async () => {
    for (let round = 0; round < 20; round++) {
      const running = document.getAnimations().filter((one) => one instanceof CSSTransition && one.playState === 'running');
      if (running.length === 0) return;
      await Promise.allSettled(running.map((one) => one.finished));
    }
  });
}

/** What is wrong on the page as it is, at both widths. */
export async function problemsOf(page, name) {
  await settled(page);
  const found = (await page.evaluate(inspect)).map((problem) => `${name}: ${problem}`);
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 844 });
    // Two frames: the first hears of the new size, the second is laid out with it.
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    found.push(...(await page.evaluate(overflow)).map((problem) => `${name} at ${width} scrolls sideways: ${problem}`));
  }
  await page.setViewportSize({ width: 1280, height: 900 });
  return found;
}

const check = (theme, language) => async (browser) => {
  const problems = await visit(browser, { theme, language, width: 1280, height: 900 }, problemsOf);
  assert.equal(problems.length, 0, `${problems.length} problems:\n${problems.slice(0, 40).join('\n')}`);
};

export const tests = {
  Names_contrast_and_widths_hold_on_every_page_in_English_and_light: check('light', 'en'),
  Names_contrast_and_widths_hold_on_every_page_in_Chinese_and_dark: check('dark', 'zh'),

  async Motion_stops_for_those_who_ask_for_it(browser) {
    const page = await open(browser);
    await page.goto(url + '/sign-in');
    await page.waitForSelector('.planet');
    const moving = await page.evaluate(() => document.getAnimations().filter((animation) => animation.playState === 'running' && animation.effect.getTiming().iterations === Infinity).length);
    assert.equal(moving, 0);
  },
};
