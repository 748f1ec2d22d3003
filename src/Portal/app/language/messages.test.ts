import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import en from './en';
import { preferredLanguage } from '.';
import zh from './zh';

type Tree = { [key: string]: string | Tree };

function leaves(tree: Tree, prefix = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    const path = prefix === '' ? key : `${prefix}.${key}`;
    if (typeof value === 'string') found.set(path, value);
    else for (const [inner, text] of leaves(value, path)) found.set(inner, text);
  }
  return found;
}
const english = leaves(en as unknown as Tree);
const chinese = leaves(zh as unknown as Tree);

test('both languages have the same texts', () => expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort()));

test('no text is empty', () => expect([...english, ...chinese].filter(([, text]) => text.trim() === '')).toEqual([]));

test('both languages fill in the same words', () => {
  const names = (text: string) => [...new Set(text.match(/\{(\w+)\}/g) ?? [])].sort().join();
  // English needs no word for a list's total where Chinese counts; plurals may repeat a word.
  expect([...english].filter(([key, text]) => names(text) !== names(chinese.get(key)!)).map(([key]) => key)).toEqual([]);
});

test('Chinese texts are Chinese, but for names', () => {
  const names = new Set(['shell.otherLanguage', 'alarms.webhooks', 'processes.column.id', 'processes.column.cpuPercent', 'servers.tile.cpu']);
  const plain = [...chinese].filter(([key, text]) => !/[\u4e00-\u9fff]/.test(text) && !names.has(key) && /[A-Za-z]/.test(text.replace(/\{\w+\}/g, '')) && !/^0 至/.test(text)).map(([key]) => key);
  expect(plain).toEqual([]);
});

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? sources(join(folder, entry.name)) : [join(folder, entry.name)]));
}
const app = join(__dirname, '..');
const components = sources(app).filter((file) => file.endsWith('.vue'));

test('no component holds text of its own', () => {
  const offenders: string[] = [];
  for (const file of components) {
    const template = /<template>([\s\S]*)<\/template>/.exec(readFileSync(file, 'utf8'))?.[1] ?? '';
    const text = template.replace(/<!--[\s\S]*?-->/g, '').replace(/\{\{[\s\S]*?\}\}/g, '').replace(/<(?:"[^"]*"|'[^']*'|[^'">])*>/g, '\n').replace(/&nbsp;/g, '');
    for (const line of text.split('\n')) if (/[A-Za-z\u4e00-\u9fff]{2,}/.test(line) && !['Esc', 'Orrery'].includes(line.trim())) offenders.push(`${file}: ${line.trim()}`);
    for (const [, name, value] of template.matchAll(/\s(aria-label|title|placeholder|label|alt)="([^"]*)"/g)) if (/[A-Za-z]/.test(value!)) offenders.push(`${file}: ${name}="${value}"`);
  }
  expect(offenders).toEqual([]);
});

test('every text that is asked for exists', () => {
  const missing: string[] = [];
  for (const file of sources(app).filter((name) => /\.(vue|ts)$/.test(name) && !name.includes('.test.')))
    for (const [, key] of readFileSync(file, 'utf8').matchAll(/\bt\(\s*'([a-zA-Z]+\.[\w.]+)'/g)) if (!english.has(key!)) missing.push(`${file}: ${key}`);
  expect(missing).toEqual([]);
});

test('the language is the chosen one, else the browser’s, else English', () => {
  expect(preferredLanguage('zh', ['en'])).toBe('zh');
  expect(preferredLanguage(null, ['fr', 'zh-TW', 'en'])).toBe('zh');
  expect(preferredLanguage('xx', ['fr'])).toBe('en');
});
