import { describe, expect, test } from 'vitest';
import type { SqlColumn, SqlRow } from '@/sql/types';
import { emptyBoard, fromFile, newTile, problemsAt, toFile } from './draft';
import { drillText, whyText } from './drill';
import { boardCsv, fileName } from './export';
import { place, widthIn } from './layout';
import { buckets, labelSides, rowAt, tileOption, type Look } from './options';
import { ordered, shapeOf } from './shape';
import type { TileChart } from './types';
import { cellWords, instantOf, shortNumber, shownColumns, valueLabel, wholeNumber, type Words } from './words';

const english: Words = { language: 'en', tag: 'en-GB' };
const chinese: Words = { language: 'zh', tag: 'zh-CN' };
const look: Look = { series: ['#111111', '#222222', '#333333'], text: '#444444', strong: '#000000', faint: '#888888', grid: '#eeeeee', surface: '#ffffff', font: 'sans-serif', onSeries: '#ffffff', width: 400, height: 300, good: '#00ff00', bad: '#ff0000', accent: '#0000ff', scale: 1, animated: false };
const columns: SqlColumn[] = [{ name: 'shop', type: 'STRING NOT NULL' }, { name: 'day', type: 'DATE' }, { name: 'amount', type: 'DECIMAL(38, 2)' }, { name: 'orders', type: 'BIGINT NOT NULL' }];
const rows: SqlRow[] = [['north', '2026-01-02', '10.50', 3], ['south', '2026-01-01', '120.00', 1], ['east', '2026-01-03', '7.25', 9]];

describe('where tiles lie', () => {
  const tile = (width: number, height: number, kind: 'number' | 'bar' = 'bar') => ({ width, height, kind });
  test('row by row, each in the first place that is free', () => {
    const { places, rows: count } = place([tile(8, 4), tile(4, 2), tile(4, 2), tile(6, 1)], 12);
    expect(places.map(({ column, row }) => [column, row])).toEqual([[0, 0], [8, 0], [8, 2], [0, 4]]);
    expect(count).toBe(5);
  });
  test('figures stay small where there are few columns, what has an axis gets room', () => {
    expect([12, 6, 2].map((wide) => widthIn(tile(2, 2, 'number'), wide))).toEqual([2, 2, 1]);
    expect([12, 6, 2].map((wide) => widthIn(tile(8, 5), wide))).toEqual([8, 6, 2]);
    expect(widthIn(tile(3, 5), 6)).toBe(3);
  });
});

describe('what is drawn of a result', () => {
  test('columns are named, or the first that is no number and all that are', () => {
    expect(shapeOf({ kind: 'bar' }, columns)).toEqual({ x: 0, y: [2, 3], series: -1, byTime: false });
    expect(shapeOf({ kind: 'line', x: 'day', y: ['amount'], series: 'shop' }, columns)).toEqual({ x: 1, y: [2], series: 0, byTime: true });
  });
  test('lines go by time, rankings from the largest down, others as is said', () => {
    const names = (chart: TileChart) => ordered(chart, columns, rows, shapeOf(chart, columns)).map(({ row }) => row[0]);
    expect(names({ kind: 'line', x: 'day' })).toEqual(['south', 'north', 'east']);
    expect(names({ kind: 'rank', x: 'shop', y: ['amount'] })).toEqual(['south', 'north', 'east']);
    expect(names({ kind: 'rank', x: 'shop', y: ['amount'], limit: 1 })).toEqual(['south']);
    expect(names({ kind: 'table', sort: '-orders' })).toEqual(['east', 'north', 'south']);
    // The newest row is what a figure shows.
    expect(names({ kind: 'number', x: 'day', y: ['amount'] }).at(-1)).toBe('east');
  });
  test('steps in which nothing was sold are filled, other distances stay', () => {
    expect(buckets([0, 20, 60])).toEqual([0, 20, 40, 60]);
    expect(buckets([0, 20, 50])).toEqual([0, 20, 50]);
    expect(buckets([5])).toEqual([5]);
  });
  test('series of stacked areas have a value at each step', () => {
    const at: SqlColumn[] = [{ name: 'moment', type: 'TIMESTAMP(6)' }, { name: 'kind', type: 'STRING' }, { name: 'amount', type: 'INT' }];
    const option = tileOption({ kind: 'area', x: 'moment', y: ['amount'], series: 'kind', isStacked: true }, at, [['2026-01-01 10:00:00', 'a', 1], ['2026-01-01 10:00:40', 'b', 2], ['2026-01-01 10:00:20', 'a', 3]], look, english, 'Others');
    const series = option.series as { name: string; data: [number, number][] }[];
    expect(series.map(({ name, data }) => [name, data.map(([, value]) => value)])).toEqual([['a', [1, 3, 0]], ['b', [0, 0, 2]]]);
  });
  test('what is clicked leads to its row', () => {
    const chart: TileChart = { kind: 'bar', x: 'shop', y: ['amount'], values: { north: { zh: '北', en: 'North' } } };
    expect(rowAt(chart, columns, rows, { name: 'North', seriesName: 'amount' }, english)).toBe(rows[0]);
    expect(rowAt(chart, columns, rows, { name: 'nobody' }, english)).toBeNull();
  });
  test('beyond ten slices the rest is one', () => {
    const many = Array.from({ length: 14 }, (_, index): SqlRow => [`s${index}`, null, String(100 - index), 1]);
    const [pie] = tileOption({ kind: 'pie', x: 'shop', y: ['amount'] }, columns, many, look, english, 'Others').series as { data: { name: string }[] }[];
    expect(pie!.data).toHaveLength(10);
    expect(pie!.data.at(-1)!.name).toBe('Others');
  });
});

describe('words', () => {
  test('large values are short, in each language its own way', () => {
    expect(shortNumber(12_345.678, 'money', english)).toBe('12,346');
    expect(shortNumber(1_234_567, 'money', english)).toBe('1.23m');
    expect(shortNumber(1_234_567, 'money', chinese)).toBe('123.46万');
    expect(shortNumber(66.666, 'percent', english)).toBe('66.7%');
    expect(shortNumber(null, 'money', english)).toBe('–');
    expect(wholeNumber(12_345.678, 'money', 'CNY', english)).toBe('12,345.68 CNY');
  });
  test('values have names where the board gives them', () => {
    const chart: TileChart = { kind: 'table', values: { 40: { zh: '已完成', en: 'Done' } }, labels: { amount: { zh: '金额', en: 'Amount' } } };
    expect(valueLabel(40, chart, chinese)).toBe('已完成');
    expect(cellWords(20, { name: 'state', type: 'INT' }, chart, english)).toBe('20');
    expect(cellWords('95322075501', { name: 'order_id', type: 'BIGINT' }, chart, english)).toBe('95322075501');
    expect(shownColumns(chart, columns)).toEqual([2]);
    expect(shownColumns({ kind: 'table' }, columns)).toEqual([0, 1, 2, 3]);
  });
  test('a time without a zone is shown as it stands', () => {
    expect(instantOf('2026-01-01 10:00:20', { name: 'at', type: 'TIMESTAMP(0)' })).toBe(Date.UTC(2026, 0, 1, 10, 0, 20));
    expect(instantOf('nonsense')).toBeNull();
  });
});

describe('what is behind a value', () => {
  test('parameters become literals of their columns, texts and comments stay', () => {
    expect(drillText("SELECT * FROM t WHERE shop = :shop AND day = :day AND note <> ':shop' -- :day", columns, ["O'Hara", '2026-01-02', '1.50', 1])).toBe("SELECT * FROM t WHERE shop = 'O''Hara' AND day = DATE '2026-01-02' AND note <> ':shop' -- :day");
    expect(drillText('SELECT :amount, :unknown', columns, rows[0]!)).toBe('SELECT 10.50, :unknown');
  });
  test('WHY is asked by the key of the row, or about all rows', () => {
    expect(whyText({ view: 'by_shop', key: ['shop', 'day'] }, columns, ['north', null, 1, 1])).toBe("WHY by_shop WHERE shop = 'north' AND day IS NULL");
    expect(whyText({ view: 'by_shop', key: [] }, columns, rows[0]!)).toBe('WHY by_shop WHERE 1 = 1');
  });
});

describe('files', () => {
  test('a board goes into its file and comes back', () => {
    const board = emptyBoard();
    board.title = { zh: '销售', en: 'Sales' };
    board.tiles = [{ ...newTile([]), query: 'SELECT 1 AS one', why: { view: 'v', key: [] } }];
    const text = toFile('sales', board);
    expect(text).not.toContain('null');
    expect(fromFile(text)).toEqual({ id: 'sales', board: { ...board, tiles: [{ ...board.tiles[0]!, chart: { kind: 'bar' } }] } });
    expect(() => fromFile('{')).toThrow();
  });
  test('new tiles have ids of their own', () => {
    const first = newTile([]);
    expect(newTile([first, { ...first, id: 'tile-3' }]).id).toBe('tile-4');
  });
  test('problems are found at their field', () => {
    const problem = { tile: 'a', field: 'tiles[1].title.zh', message: 'no text', line: 0, column: 0, offset: 0, length: 0 };
    expect(problemsAt([problem], 1, 'title')).toBe('no text');
    expect(problemsAt([problem], 0, 'title')).toBeUndefined();
  });
  test('a board as CSV has its tiles below each other', () => {
    expect(boardCsv([{ title: 'A, b', columns: [{ name: 'x', type: 'INT' }], rows: [[1]] }, { title: 'C', columns: [{ name: 'y', type: 'INT' }], rows: [] }])).toBe('"A, b"\r\nx\r\n1\r\n\r\nC\r\ny\r\n');
    expect(fileName('线上 销售: a/b')).toBe('线上-销售-a-b');
  });
});

test('names of circles stand where they cover nothing', () => {
  const circle = (x: number, y: number, radius = 10) => ({ x, y, radius, width: 60, height: 16 });
  // Alone: at the right. With a neighbour there: at the left. At the edge: not beyond it.
  expect(labelSides([circle(100, 100)], 400, 300)).toEqual(['right']);
  expect(labelSides([circle(100, 100), circle(140, 100, 12)], 400, 300)).toEqual(['left', 'right']);
  expect(labelSides([circle(390, 100)], 400, 300)).toEqual(['left']);
});
