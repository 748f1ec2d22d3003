// Tables and views as a test wants them: answers for /api/v1/tenants/*/sql, given inside the browser in front of the real server.

const column = (name, type) => ({ name, type });
const minutesAgo = (minutes) => new Date(Date.now() - minutes * 60_000).toISOString();
const relation = (name, kind, columns, more = {}) => ({
  name, kind, connector: null, columns, key: [], rows: null, freshnessSeconds: kind === 'sink' ? null : 0.03, stateBytes: null, status: 'running', problem: null, createdAt: minutesAgo(3 * 24 * 60), createdBy: 'li.na', version: 1, ...more,
});
const orderColumns = [column('order_id', 'BIGINT NOT NULL'), column('shop', 'STRING'), column('channel', 'STRING'), column('amount', 'DECIMAL(18, 2)'), column('ordered_at', 'TIMESTAMP(3)')];
const salesColumns = [column('shop', 'STRING NOT NULL'), column('orders', 'BIGINT NOT NULL'), column('amount', 'DECIMAL(38, 2)'), column('newest', 'TIMESTAMP(3)')];
export const relations = [
  relation('orders', 'source', orderColumns, { connector: 'topic', key: ['order_id'] }),
  relation('order_lines', 'source', [column('line_id', 'BIGINT NOT NULL'), column('order_id', 'BIGINT NOT NULL'), column('sku', 'STRING'), column('quantity', 'DECIMAL(18, 4)')], { connector: 'topic', key: ['line_id'], freshnessSeconds: 94 }),
  relation('shops', 'table', [column('shop', 'STRING NOT NULL'), column('city', 'STRING'), column('opened', 'DATE')], { key: ['shop'], rows: 412, stateBytes: 61_440 }),
  relation('dwd_order', 'materializedView', [...orderColumns, column('city', 'STRING'), column('line_count', 'BIGINT NOT NULL')], { key: ['order_id'], rows: 1_240_331, stateBytes: 402_118_040 }),
  relation('ads_shop_sales', 'materializedView', salesColumns, { key: ['shop'], rows: 412, stateBytes: 1_204_224 }),
  relation('ads_daily', 'materializedView', [column('day', 'DATE'), column('orders', 'BIGINT')], { rows: 88, stateBytes: 40_960, status: 'paused' }),
  relation('tags_member', 'materializedView', [column('member', 'STRING'), column('tag', 'STRING')], { rows: 9_020, stateBytes: 1 << 28, status: 'failed', problem: "The state of 'tags_member' is 256 MiB, its bound 256 MiB: narrow the view, or raise 'state.max' and resume it." }),
  relation('recent_orders', 'view', orderColumns, { freshnessSeconds: null }),
  relation('erp_mirror', 'sink', salesColumns, { connector: 'postgresql', status: 'backfilling' }),
];
const operator = (id, title, detail, inputs, more = {}) => ({ id, title, detail, inputs, rowsIn: 1_240_331, rowsOut: 1_240_331, ratePerSecond: 182.4, stateRows: 0, stateBytes: 0, ...more });
export const plan = [
  operator(0, 'Scan', 'orders: order_id, shop, amount, ordered_at', [], { ratePerSecond: 182.4 }),
  operator(1, 'Filter', 'amount > 0', [0], { rowsOut: 1_238_004 }),
  operator(2, 'Scan', 'shops: shop, city', [], { ratePerSecond: 0, rowsIn: 412, rowsOut: 412 }),
  operator(3, 'Join', 'left, orders.shop = shops.shop', [1, 2], { stateRows: 1_238_416, stateBytes: 118_040_112, ratePerSecond: 180 }),
  operator(4, 'Aggregate', 'by shop: COUNT(*), SUM(amount), MAX(ordered_at)', [3], { rowsOut: 824_101, stateRows: 412, stateBytes: 1_204_224, ratePerSecond: 96.2 }),
  operator(5, 'Materialize', 'ads_shop_sales, key shop', [4], { rowsOut: 824_101, stateRows: 412, stateBytes: 98_304, ratePerSecond: 96.2 }),
];
const shops = ['杭州湖滨店', '上海南京路店', '宁波天一店', '苏州观前店', '南京新街口店', 'Hefei Central', '无锡三阳店', '温州五马店', '金华万达店', '绍兴银泰店', '嘉兴八佰伴店', '台州中央店', '湖州爱山店', '常州购物中心店'];
export const salesRows = shops.map((shop, index) => [shop, 9_804 - index * 611, `${(1_204_331.5 - index * 80_122.25).toFixed(2)}`, index === 7 ? null : new Date(Date.UTC(2030, 0, 1, 9, index * 3)).toISOString().slice(0, 19)]);
const manyRows = Array.from({ length: 10_000 }, (_, index) => [1_000_000 + index, shops[index % shops.length], ['app', 'web', 'store'][index % 3], `${((index * 7919) % 90_000) / 100}`, new Date(Date.UTC(2030, 0, 1) + index * 61_000).toISOString().slice(0, 19)]);
const result = (statement, kind, more = {}) => ({ statement: statement.slice(0, 200), kind, columns: [], rows: [], isTruncated: false, message: null, plan: null, lineage: null, elapsedMilliseconds: 3.4, ...more });
const source = (relation, name, isIndirect = false) => ({ relation, column: name, isIndirect });
export const lineage = [
  { column: 'shop', sources: [source('orders', 'shop'), source('shops', 'shop', true)], expression: 'orders.shop' },
  { column: 'orders', sources: [source('orders', 'order_id'), source('orders', 'shop', true)], expression: 'COUNT(*)' },
  { column: 'amount', sources: [source('orders', 'amount'), source('orders', 'shop', true)], expression: 'SUM(orders.amount)' },
  { column: 'newest', sources: [source('orders', 'ordered_at'), source('orders', 'shop', true)], expression: 'MAX(orders.ordered_at)' },
];

function answer(statement) {
  if (/^explain lineage/i.test(statement)) return result(statement, 'lineage', { lineage });
  if (/^explain/i.test(statement)) return result(statement, 'plan', { plan });
  if (/^why/i.test(statement)) return result(statement, 'rows', { message: 'orders: 3 rows', columns: orderColumns, rows: manyRows.slice(0, 3) });
  if (/^(create|insert|drop)/i.test(statement)) return result(statement, 'done', { message: /^create/i.test(statement) ? 'The materialized view is made; it takes in 1,240,331 rows.' : '3 rows were added.', elapsedMilliseconds: 18.2 });
  if (/sales/i.test(statement)) return result(statement, 'rows', { columns: salesColumns, rows: salesRows });
  return result(statement, 'rows', { columns: orderColumns, rows: manyRows, isTruncated: true, elapsedMilliseconds: 41.7 });
}

/** Answers in the browser; what was asked for beyond reading is in the list that comes back. */
export async function scriptSql(page, { empty = false } = {}) {
  const asked = [];
  const state = structuredClone(relations);
  const json = (route, body, status = 200) => route.fulfill({ status, contentType: status === 200 ? 'application/json' : 'application/problem+json', body: JSON.stringify(body) });
  const wrong = (text) => {
    const offset = text.indexOf('FORM');
    const before = text.slice(0, offset).split('\n');
    return offset < 0 ? null : { message: "'FORM' is not expected here; expected ',' or FROM.", line: before.length, column: before.at(-1).length + 1, offset, length: 4 };
  };
  await page.route('**/api/v1/tenants/*/sql**', (route) => {
    const { text } = route.request().postDataJSON();
    const place = wrong(text);
    asked.push({ run: text });
    if (place !== null) return json(route, { type: 'about:blank', title: 'Bad Request', status: 400, detail: place.message, statement: 1, ...place }, 400);
    return json(route, { results: text.split(';').map((part) => part.trim()).filter((part) => part !== '').map(answer) });
  });
  await page.route('**/api/v1/tenants/*/sql/**', (route) => {
    const { pathname, searchParams } = new URL(route.request().url());
    const rest = pathname.split('/sql/')[1].split('/').map(decodeURIComponent);
    if (rest[0] === 'check') return json(route, { problems: [wrong(route.request().postDataJSON().text)].filter((problem) => problem !== null) });
    if (rest[0] === 'complete') {
      const { text, offset } = route.request().postDataJSON();
      const word = /[A-Za-z_]*$/.exec(text.slice(0, offset))[0];
      const items = [...relations.map(({ name, kind }) => ({ label: name, kind: kind === 'table' ? 'table' : 'view', detail: kind })), ...orderColumns.map(({ name, type }) => ({ label: name, kind: 'column', detail: type })), { label: 'ORDER BY', kind: 'keyword', detail: '' }, { label: 'OVERLAY', kind: 'function', detail: 'OVERLAY(text PLACING text FROM n)' }];
      return json(route, { from: offset - word.length, items: items.filter((item) => item.label.toLowerCase().startsWith(word.toLowerCase())) });
    }
    if (rest[0] === 'subscribe') {
      asked.push({ subscribe: searchParams.get('query') });
      const [first, second] = salesRows;
      const events = [['snapshot', { epoch: 7, columns: salesColumns, rows: salesRows }], ['changes', [{ weight: -1, row: first }, { weight: 1, row: [first[0], first[1] + 1, '1204512.00', '2030-01-01T10:00:00'] }, { weight: -1, row: second }]]];
      return route.fulfill({ status: 200, contentType: 'text/event-stream', body: events.map(([name, data], index) => `id: ${index}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`).join('') });
    }
    if (rest.length === 1) return json(route, empty ? [] : state);
    const info = state.find((item) => item.name === rest[1]);
    if (info === undefined) return json(route, { type: 'about:blank', title: 'Not Found', status: 404, detail: `There is no table or view '${rest[1]}'.` }, 404);
    if (rest[2] === 'pause' || rest[2] === 'resume') {
      asked.push({ [rest[2]]: rest[1] });
      info.status = rest[2] === 'pause' ? 'paused' : 'running';
      return json(route, info);
    }
    if (rest[2] === 'rows') return json(route, { ...answer(rest[1].includes('sales') ? 'sales' : 'orders') });
    const isMade = info.kind === 'materializedView' || info.kind === 'view';
    return json(route, {
      info, rejected: 12, reads: isMade ? ['orders', 'shops'] : [], readBy: info.kind === 'source' ? ['dwd_order', 'ads_shop_sales'] : ['erp_mirror'], plan: info.kind === 'materializedView' ? plan : [],
      definition: isMade ? "CREATE MATERIALIZED VIEW ads_shop_sales AS\nSELECT o.shop, COUNT(*) AS orders, SUM(o.amount) AS amount, MAX(o.ordered_at) AS newest\nFROM orders AS o\nLEFT JOIN shops AS s ON o.shop = s.shop -- the city comes later\nWHERE o.amount > 0 AND o.channel <> 'test'\nGROUP BY o.shop" : `CREATE TABLE ${info.name} (\n  order_id BIGINT NOT NULL,\n  PRIMARY KEY (order_id) NOT ENFORCED\n) WITH ('connector' = 'topic', 'topic' = 'erp-orders', 'format' = 'canal')`,
      sources: isMade ? Array.from({ length: 4 }, (_, partition) => ({ relation: 'orders', topic: 'huaxin-foods.erp-orders', partition, offset: 310_082 + partition * 17, end: 310_090 + partition * 17, lagSeconds: partition === 3 ? 2.4 : 0.02 })) : [],
    });
  });
  return asked;
}
