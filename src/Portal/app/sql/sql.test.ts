import { beforeEach, describe, expect, test } from 'vitest';
import { canDraw, chartOptions, chooseChart, withKind } from './chart';
import { readHistory, withStatement, writeHistory, type PastStatement } from './history';
import { lineageLayout } from './lineage';
import { LiveRows } from './liveRows';
import { planGraph, shareOf, totalsOf } from './plan';
import { planSourceOf } from './planSource';
import { quoted, statementAt, statementsOf, subscribedTo, tokensOf } from './statements';
import type { RelationInfo, SqlColumn, SqlOperator, SqlRow } from './types';
import { compareValues, literal, sorted, toCsv, toTabs } from './values';
import { whyStatement } from './why';

const column = (name: string, type: string): SqlColumn => ({ name, type });
const texts = (text: string) => statementsOf(text).map((item) => item.text);

describe('statements', () => {
  test('are divided by semicolons, but not by those in strings, names and comments', () => {
    expect(texts("SELECT ';' AS a; SELECT `;`, \";\" -- no; end\n/* nor ; here */ FROM t;\n")).toEqual(["SELECT ';' AS a", 'SELECT `;`, ";" -- no; end\n/* nor ; here */ FROM t']);
    expect(texts("SELECT 'it''s; fine'; SELECT 2")).toEqual(["SELECT 'it''s; fine'", 'SELECT 2']);
    expect(texts(' ;; -- nothing\n')).toEqual([]);
  });

  test('that run as one set are one', () => {
    const set = 'BEGIN STATEMENT SET; INSERT INTO a SELECT 1; INSERT INTO b SELECT CASE WHEN x THEN 1 END FROM t; END';
    expect(texts(`${set}; SELECT 1`)).toEqual([set, 'SELECT 1']);
  });

  test('know where they stand', () => {
    const text = '-- first\nSELECT 1;\n\nSELECT 2;';
    for (const { text: part, from, to } of statementsOf(text)) expect(text.slice(from, to)).toBe(part);
    expect(statementAt(text, 12)?.text).toBe('SELECT 1');
    // Behind the semicolon on the same line is still that statement; the empty line belongs to the next.
    expect(statementAt(text, text.indexOf(';') + 1)?.text).toBe('SELECT 1');
    expect(statementAt(text, text.indexOf('\n\n') + 1)?.text).toBe('SELECT 2');
    expect(statementAt(text, text.length)?.text).toBe('SELECT 2');
    expect(statementAt(`${text}\n\n`, text.length + 2)?.text).toBe('SELECT 2');
    expect(statementAt('  -- nothing', 2)).toBeNull();
  });

  test('that nobody ended take the rest', () => {
    expect(texts("SELECT 'open; SELECT 2")).toEqual(["SELECT 'open; SELECT 2"]);
    expect(texts('SELECT 1 /* open; SELECT 2')).toEqual(['SELECT 1']);
  });

  test('every character belongs to a token, whatever it is', () => {
    const text = "SELECT é, 语, '𝒳', \u0000 1.5e3 `a``b` ¿";
    const tokens = tokensOf(text);
    expect(tokens.map((token) => text.slice(token.from, token.to)).join('')).toBe(text);
  });

  test('that subscribe say to what', () => {
    expect(subscribedTo('SUBSCRIBE sales')).toBe('sales');
    expect(subscribedTo('-- live\nsubscribe to SELECT * FROM t')).toBe('SELECT * FROM t');
    expect(subscribedTo('SELECT * FROM subscribe')).toBeNull();
  });

  test('quote names only where they must', () => {
    expect(quoted('dwd_order')).toBe('dwd_order');
    expect(quoted('a`b c')).toBe('`a``b c`');
    expect(quoted('订单')).toBe('`订单`');
  });
});

describe('values', () => {
  const columns = [column('id', 'BIGINT NOT NULL'), column('name', 'STRING')];
  const rows: SqlRow[] = [[10, 'b'], ['9007199254740993', null], [9, 'a,"x"'], ['9007199254740992', '']];

  test('are sorted by size, beyond what a double tells, with nulls first', () => {
    expect(sorted(rows, columns, 0, false).map((row) => row[0])).toEqual([9, 10, '9007199254740992', '9007199254740993']);
    expect(sorted(rows, columns, 1, true).map((row) => row[1])).toEqual(['b', 'a,"x"', '', null]);
    expect(sorted(rows, columns, null, false)).toBe(rows);
    expect(compareValues('10', '9', false)).toBeLessThan(0);
  });

  test('go into CSV so that null and the empty text differ', () => {
    expect(toCsv(columns, rows.slice(1))).toBe('id,name\r\n9007199254740993,\r\n9,"a,""x"""\r\n9007199254740992,""\r\n');
    expect(toTabs(columns, [[1, 'a\tb\nc']])).toBe('id\tname\n1\ta b c');
  });

  test('become literals of the dialect', () => {
    expect(literal("it's", column('a', 'STRING'))).toBe("'it''s'");
    expect(literal('12.50', column('a', 'DECIMAL(10, 2)'))).toBe('12.50');
    expect(literal('2030-01-01T09:00:00', column('a', 'TIMESTAMP(3)'))).toBe("TIMESTAMP '2030-01-01 09:00:00'");
    expect(literal('2030-01-01', column('a', 'DATE'))).toBe("DATE '2030-01-01'");
    expect(literal(true, column('a', 'BOOLEAN'))).toBe('true');
    expect(literal(null, column('a', 'INT'))).toBe('NULL');
  });

  test('ask why by the key, or by all columns where there is none', () => {
    expect(whyStatement({ name: 'sales', key: ['id'] }, columns, [7, 'x'])).toBe('WHY sales WHERE id = 7');
    expect(whyStatement({ name: 'sales', key: [] }, columns, [7, null])).toBe('WHY sales WHERE id = 7 AND name IS NULL');
  });
});

describe('charts', () => {
  const colors = { series: ['#1'], text: '#2', grid: '#3', surface: '#4' };
  const columns = [column('at', 'TIMESTAMP(3)'), column('shop', 'STRING'), column('amount', 'DECIMAL(12, 2)'), column('n', 'BIGINT')];
  const rows: SqlRow[] = [['2030-01-02T00:00:00', 'a', '2.5', 1], ['2030-01-01T00:00:00', 'b', '1.5', 2]];
  const series = (options: { series: unknown }) => options.series as { type: string; data: unknown[] }[];

  test('begin with times along the bottom, else with names as bars', () => {
    expect(chooseChart(columns)).toEqual({ kind: 'line', label: 0, values: [2, 3] });
    expect(chooseChart(columns.slice(1))).toEqual({ kind: 'bar', label: 0, values: [1, 2] });
    expect(chooseChart([columns[3]!])).toEqual({ kind: 'bar', label: 0, values: [0] });
    expect(withKind(chooseChart(columns), 'pie', columns)).toEqual({ kind: 'pie', label: 1, values: [2, 3] });
    expect(canDraw(columns.slice(0, 2), rows)).toBe(false);
    expect(canDraw(columns, [])).toBe(false);
  });

  test('put lines in order of time and read decimals', () => {
    const drawn = series(chartOptions(columns, rows, { kind: 'line', label: 0, values: [2] }, colors, 'others'));
    expect(drawn[0]!.data).toEqual([[Date.UTC(2030, 0, 1), 1.5], [Date.UTC(2030, 0, 2), 2.5]]);
    expect(rows[0]![1]).toBe('a');
  });

  test('keep the order of the rows for bars', () => {
    const options = chartOptions(columns, rows, { kind: 'bar', label: 1, values: [2, 3] }, colors, 'others');
    expect((options as { xAxis: { data: string[] } }).xAxis.data).toEqual(['a', 'b']);
    expect(series(options).map((item) => item.data)).toEqual([[2.5, 1.5], [1, 2]]);
  });

  test('add up equal slices and put the small ones together', () => {
    const many: SqlRow[] = [...Array.from({ length: 20 }, (_, index) => [`s${index}`, 100 - index] as SqlRow), ['s0', 50], ['gone', -3]];
    const [pie] = series(chartOptions([column('s', 'STRING'), column('n', 'INT')], many, { kind: 'pie', label: 0, values: [1] }, colors, 'others'));
    expect(pie!.data).toHaveLength(12);
    expect(pie!.data[0]).toEqual({ name: 's0', value: 150 });
    expect(pie!.data.at(-1)).toEqual({ name: 'others', value: Array.from({ length: 9 }, (_, index) => 100 - 11 - index).reduce((sum, value) => sum + value, 0) });
  });
});

describe('plans', () => {
  const operator = (id: number, inputs: number[], more: Partial<SqlOperator> = {}): SqlOperator => ({ id, title: 'Scan', detail: '', inputs, rowsIn: 0, rowsOut: 0, ratePerSecond: 0, stateRows: 0, stateBytes: 0, ...more });

  test('stand in order of what reads what, in whatever order they came', () => {
    const graph = planGraph([operator(3, [1, 2]), operator(2, [], { ratePerSecond: 4 }), operator(1, [0]), operator(0, [])]);
    expect(Object.fromEntries(graph.nodes.map((node) => [node.id, node.level]))).toEqual({ 0: -2, 1: -1, 2: -1, 3: 0 });
    expect(graph.links).toEqual([{ from: '0', to: '1', tone: undefined }, { from: '1', to: '3', tone: undefined }, { from: '2', to: '3', tone: 'live' }]);
  });

  test('that read themselves or what is not there end too, and deep ones are no trouble', () => {
    expect(planGraph([operator(0, [1, 9]), operator(1, [0])]).nodes).toHaveLength(2);
    expect(planGraph(Array.from({ length: 20_000 }, (_, id) => operator(id, id === 19_999 ? [] : [id + 1]))).nodes).toHaveLength(20_000);
    // A join of a table with itself is one line.
    expect(planGraph([operator(0, []), operator(1, [0, 0])]).links).toHaveLength(1);
  });

  test('add up their state, and rates where rows enter', () => {
    const plan = [operator(0, [], { ratePerSecond: 5 }), operator(1, [0], { ratePerSecond: 5, stateBytes: 300, stateRows: 3 }), operator(2, [1], { stateBytes: 100 })];
    const totals = totalsOf(plan);
    expect(totals).toEqual({ stateBytes: 400, stateRows: 3, ratePerSecond: 5 });
    expect(shareOf(plan[1]!, totals)).toBe(0.75);
    expect(shareOf(plan[0]!, totalsOf([]))).toBe(0);
  });

  test('are those of a view where there is one, else those that EXPLAIN tells', () => {
    const relations = [{ name: 'Sales', kind: 'materializedView' }, { name: 'orders', kind: 'table' }] as RelationInfo[];
    expect(planSourceOf('CREATE OR REPLACE MATERIALIZED VIEW sales AS SELECT 1', relations)).toEqual({ relation: 'Sales' });
    expect(planSourceOf('-- look\nselect * from `Sales` limit 100', relations)).toEqual({ relation: 'Sales' });
    expect(planSourceOf('SELECT * FROM orders', relations)).toEqual({ explain: 'EXPLAIN SELECT * FROM orders' });
    expect(planSourceOf('EXPLAIN SELECT 1', relations)).toEqual({ explain: 'EXPLAIN SELECT 1' });
    for (const other of ['EXPLAIN LINEAGE sales', 'SHOW TABLES', 'DROP TABLE orders']) expect(planSourceOf(other, relations)).toBeNull();
  });
});

describe('live rows', () => {
  const cells = (rows: LiveRows) => rows.rows.map((row) => row.cells);

  test('change in place by their key, and know which cells changed', () => {
    const rows = new LiveRows([0]);
    rows.reset([[1, 'a', 10], [2, 'b', 20]]);
    const id = rows.rows[0]!.id;
    rows.apply([{ weight: 1, row: [1, 'a', 11] }, { weight: -1, row: [1, 'a', 10] }]);
    expect(cells(rows)).toEqual([[1, 'a', 11], [2, 'b', 20]]);
    expect(rows.rows[0]).toMatchObject({ id, changedAt: [0, 0, 1] });
    expect(rows.rows[1]!.changedAt).toEqual([0, 0, 0]);
  });

  test('without a key are paired by the most equal cells', () => {
    const rows = new LiveRows();
    rows.reset([['x', 'p', 1], ['x', 'q', 2]]);
    rows.apply([{ weight: -1, row: ['x', 'q', 2] }, { weight: -1, row: ['x', 'p', 1] }, { weight: 1, row: ['x', 'p', 5] }, { weight: 1, row: ['y', 'z', 9] }]);
    expect(cells(rows)).toEqual([['x', 'p', 5], ['y', 'z', 9]]);
  });

  test('may be equal, come and leave; what cancels itself out is no change', () => {
    const rows = new LiveRows();
    rows.reset([['a'], ['a'], ['b']]);
    rows.apply([{ weight: -1, row: ['a'] }, { weight: 1, row: ['c'] }, { weight: -1, row: ['c'] }]);
    expect(cells(rows).sort()).toEqual([['a'], ['b']]);
    rows.apply([{ weight: 2, row: ['d'] }]);
    expect(cells(rows).sort()).toEqual([['a'], ['b'], ['d'], ['d']]);
    rows.apply([{ weight: -2, row: ['d'] }, { weight: -1, row: ['never there'] }]);
    expect(cells(rows).sort()).toEqual([['a'], ['b']]);
  });

  test('after any changes are what they would be from the start', () => {
    let seed = 7;
    const next = (bound: number) => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) % bound;
    for (const key of [[], [0]]) {
      const rows = new LiveRows(key);
      const truth = new Map<number, number>();
      rows.reset([]);
      for (let step = 0; step < 300; step++) {
        const changes = [];
        for (const id of new Set(Array.from({ length: 1 + next(4) }, () => next(12)))) {
          const before = truth.get(id);
          if (before !== undefined) changes.push({ weight: -1, row: [id, before] });
          if (next(4) === 0) truth.delete(id);
          else {
            truth.set(id, next(3));
            changes.push({ weight: 1, row: [id, truth.get(id)!] });
          }
        }
        rows.apply(changes);
        expect(cells(rows).map((row) => row.join()).sort()).toEqual([...truth].map((row) => row.join()).sort());
      }
    }
  });
});

describe('lineage', () => {
  test('has a line for each source, sources under their tables', () => {
    const layout = lineageLayout([
      { column: 'shop', sources: [{ relation: 'orders', column: 'shop', isIndirect: false }], expression: null },
      { column: 'total', sources: [{ relation: 'orders', column: 'amount', isIndirect: false }, { relation: 'shops', column: 'id', isIndirect: true }], expression: 'SUM(amount)' },
    ]);
    expect(layout.sources.map((item) => [item.heading, item.name])).toEqual([['orders', 'shop'], [null, 'amount'], ['shops', 'id']]);
    expect(layout.lines).toHaveLength(3);
    expect(layout.lines.every((line) => line.from > 0 && line.to > 0 && line.from < layout.height && line.to < layout.height)).toBe(true);
    expect(lineageLayout([]).lines).toEqual([]);
  });
});

describe('history', () => {
  const past = (text: string, at: number): PastStatement => ({ text, at, ok: true });
  beforeEach(() => localStorage.clear());

  test('has each statement once, the newest first, and a bound', () => {
    const history = [past('a', 1), past('b', 2)].reduce<PastStatement[]>(withStatement, []);
    expect(withStatement(history, past('a', 3)).map((item) => item.text)).toEqual(['a', 'b']);
    const many = Array.from({ length: 150 }, (_, index) => past(`s${index}`, index)).reduce<PastStatement[]>(withStatement, []);
    expect(many).toHaveLength(100);
    expect(withStatement(many, past('x'.repeat(199_999), 200)).length).toBeLessThan(3);
  });

  test('is kept for each tenant by itself, and what cannot be read is none', () => {
    writeHistory('acme', [past('SELECT 1', 1)]);
    expect(readHistory('acme')).toEqual([past('SELECT 1', 1)]);
    expect(readHistory('other')).toEqual([]);
    localStorage.setItem('orrery.sql.history.acme', '{broken');
    expect(readHistory('acme')).toEqual([]);
  });
});
