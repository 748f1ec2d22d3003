// Boards as a test wants them: answers for /api/v1/tenants/*/boards and /api/v1/public/boards, given inside the browser in front of the real server.

const column = (name, type) => ({ name, type });
const text = (zh, en) => ({ zh, en });
const unit = text('元', 'CNY');
const minutesAgo = (minutes) => new Date(Date.now() - minutes * 60_000).toISOString();
const shops = ['杭州湖滨店', '上海南京路店', '宁波天一店', '苏州观前店', '南京新街口店', 'Hefei Central', '无锡三阳店', '温州五马店'];
const places = { 上海: [121.47, 31.23], 南京: [118.8, 32.06], 成都: [104.07, 30.57] };
const tile = (id, title, width, height, chart, columns, rows, more = {}) => ({ definition: { id, title, query: `SELECT ${columns.map(({ name }) => name).join(', ')} FROM ads_sales`, chart, width, height, drill: null, why: null, note: null, ...more }, columns, rows });
const moments = Array.from({ length: 24 }, (_, index) => new Date(Date.UTC(2030, 0, 1, 9, 0, index * 20)).toISOString().slice(0, 19).replace('T', ' '));

export const tiles = [
  tile('net', text('今日净销售', 'Net today'), 3, 2, { kind: 'number', x: 'day', y: ['amount'], format: 'money', unit }, [column('day', 'DATE'), column('amount', 'DECIMAL(38, 2)')], [['2029-12-31', '90210.50'], ['2030-01-01', '120433.10']], { drill: 'SELECT * FROM orders WHERE day = :day', why: { view: 'ads_sales', key: ['day'] } }),
  tile('orders', text('今日订单', 'Orders today'), 3, 2, { kind: 'number', y: ['orders'], format: 'integer' }, [column('orders', 'BIGINT')], [[412]]),
  tile('returned', text('退款率', 'Refunds of sales'), 3, 2, { kind: 'number', y: ['share'], format: 'percent', isLowGood: true }, [column('share', 'DECIMAL(38, 4)')], [['3.4412']]),
  tile('broken', text('坏图块', 'A tile that cannot be asked'), 3, 2, { kind: 'table' }, [column('x', 'INT')], null),
  tile('flow', text('销售脉搏', 'The pulse of sales'), 8, 5, { kind: 'area', x: 'moment', y: ['amount'], series: 'channel', isStacked: true, format: 'money', unit }, [column('moment', 'TIMESTAMP(6)'), column('channel', 'STRING'), column('amount', 'DECIMAL(38, 2)')], moments.flatMap((moment, index) => [[moment, 'app', `${800 + 300 * Math.sin(index / 3)}`], [moment, 'web', `${500 + 200 * Math.cos(index / 4)}`]])),
  tile('map', text('城市', 'Cities'), 4, 5, { kind: 'map', x: 'city', y: ['amount'], places, format: 'money' }, [column('city', 'STRING'), column('amount', 'INT')], [['上海', 900], ['南京', 300], ['成都', 500]]),
  tile('shops', text('门店排行', 'Shops'), 3, 5, { kind: 'rank', x: 'shop', y: ['amount'], limit: 8, format: 'money', unit }, [column('shop', 'STRING'), column('amount', 'DECIMAL(38, 2)')], shops.map((shop, index) => [shop, `${(9_804.5 - index * 900).toFixed(2)}`]), { drill: "SELECT * FROM orders WHERE shop = :shop AND note <> ':none'", why: { view: 'ads_sales', key: ['shop'] } }),
  tile('share', text('渠道占比', 'Channels'), 3, 5, { kind: 'pie', x: 'channel', y: ['amount'], values: { app: text('手机应用', 'App'), web: text('网页', 'Web') } }, [column('channel', 'STRING'), column('amount', 'INT')], [['app', 61], ['web', 39]]),
  tile('reached', text('回款率', 'Share collected'), 2, 5, { kind: 'gauge', y: ['share'], format: 'percent', target: 70 }, [column('share', 'DECIMAL(10, 2)')], [['64.20']]),
  tile('news', text('最新付款', 'Newest'), 4, 5, { kind: 'feed', x: 'at', y: ['amount'], sort: '-at', format: 'money', labels: { at: text('时间', 'At'), shop: text('门店', 'Shop') } }, [column('at', 'TIMESTAMP(0)'), column('shop', 'STRING'), column('amount', 'DECIMAL(18, 2)')], shops.map((shop, index) => [`2030-01-01 09:${String(10 + index)}:00`, shop, `${68 + index}.50`])),
];
export const definition = { title: text('销售看板', 'Sales board'), description: text('渠道、门店、商品', 'Channels, shops, products'), place: 10, tiles: tiles.map((item) => item.definition) };
const summary = (id, title, version = 3) => ({ id, title, description: definition.description, place: 10, tiles: tiles.map(({ definition: { chart, width, height } }) => ({ kind: chart.kind, width, height })), version, changedAt: minutesAgo(12), changedBy: 'li.na' });
const first = tiles.map(({ definition: { id }, columns, rows }) => (rows === null ? { tile: id, epoch: 0, columns: null, rows: null, changes: null, problem: "There is no table or view 'gone'." } : { tile: id, epoch: 7, columns, rows, changes: null, problem: null }));
const change = (id, changes) => ({ tile: id, epoch: 8, columns: null, rows: null, changes, problem: null });
const second = [
  change('net', [{ weight: -1, row: ['2030-01-01', '120433.10'] }, { weight: 1, row: ['2030-01-01', '120502.60'] }]),
  change('shops', [{ weight: -1, row: [shops[7], '3504.50'] }, { weight: 1, row: [shops[7], '20504.50'] }]),
  change('news', [{ weight: 1, row: ['2030-01-01 09:59:00', 'Newest shop', '999.00'] }]),
];
const stream = (events) => events.map(([name, data], index) => `id: 3,${index}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`).join('');
const answer = (columns, rows) => ({ results: [{ statement: '', kind: 'rows', columns, rows, isTruncated: false, message: null, plan: null, lineage: null, elapsedMilliseconds: 2 }] });

/** Answers in the browser; what was asked for beyond reading is in the list that comes back. */
export async function scriptBoards(page, { linkEnds = false } = {}) {
  const asked = [];
  const links = [{ id: 'a1', name: '大厅', createdAt: minutesAgo(600), createdBy: 'li.na', expiresAt: minutesAgo(-6_000), seenAt: minutesAgo(3) }];
  const json = (route, body, status = 200) => route.fulfill({ status, contentType: status < 300 ? 'application/json' : 'application/problem+json', body: body === null ? '' : JSON.stringify(body) });
  const problemsOf = (board) => board.tiles.flatMap((item, place) => (item.query.includes('FORM') ? [{ tile: item.id, field: `tiles[${place}].query`, message: "'FORM' is not expected here; expected ',' or FROM.", line: 1, column: 10, offset: 9, length: 4 }] : []));
  const live = (route) => route.fulfill({ status: 200, contentType: 'text/event-stream', body: stream([['tiles', first], ['tiles', second]]) });
  await page.route('**/api/v1/tenants/*/sql', (route) => {
    const { text: statement } = route.request().postDataJSON();
    asked.push({ run: statement });
    return json(route, answer([column('order_no', 'STRING'), column('amount', 'DECIMAL(18, 2)')], [['GQ1', '12.50'], ['GQ2', '7.00']]));
  });
  await page.route('**/api/v1/tenants/*/sql/check', (route) => json(route, { problems: [] }));
  await page.route('**/api/v1/tenants/*/boards**', (route) => json(route, [summary('sales', definition.title), summary('stock', text('库存看板', 'Stock board'))]));
  await page.route('**/api/v1/tenants/*/boards/**', (route) => {
    const request = route.request();
    const rest = new URL(request.url()).pathname.split('/boards/')[1].split('/');
    const method = request.method();
    if (rest[0] === 'check') return json(route, { problems: problemsOf(request.postDataJSON()) });
    if (rest[1] === 'live') return live(route);
    if (rest[1] === 'changes') {
      const change = (minutes, user, what, version, link = null) => ({ at: minutesAgo(minutes), user, what, version, link });
      return json(route, [change(2, 'admin', 'link-revoked', 3, 'a0 Warehouse'), change(12, 'li.na', 'changed', 3), change(600, 'li.na', 'link-made', 2, 'a1 大厅'), change(7_000, 'wang.wei', 'made', 1)]);
    }
    if (rest[1] === 'links') {
      if (method === 'GET') return json(route, links);
      asked.push({ [method === 'POST' ? 'link' : 'revoke']: method === 'POST' ? request.postDataJSON() : rest[2] });
      if (method === 'DELETE') {
        links.splice(0, links.length, ...links.filter((link) => link.id !== rest[2]));
        return json(route, null, 204);
      }
      const link = { id: 'b2', name: request.postDataJSON().name, createdAt: minutesAgo(0), createdBy: 'admin', expiresAt: null, seenAt: null };
      links.unshift(link);
      return json(route, { token: 'TokenOfTheLink', link }, 201);
    }
    if (method === 'PUT') {
      const body = request.postDataJSON();
      asked.push({ put: body, version: request.headers()['if-match'] ?? null, id: rest[0] });
      const [wrong] = problemsOf(body);
      if (wrong !== undefined) return json(route, { type: 'about:blank', title: 'Bad Request', status: 400, detail: `Tile '${wrong.tile}': ${wrong.message}`, ...wrong, errors: { [wrong.field]: [wrong.message] } }, 400);
      return json(route, { id: rest[0], tenant: 'huaxin-foods', definition: body, version: 4, changedAt: minutesAgo(0), changedBy: 'admin', links: 1 });
    }
    return json(route, { id: rest[0], tenant: 'huaxin-foods', definition, version: 3, changedAt: minutesAgo(12), changedBy: 'li.na', links: links.length });
  });
  await page.route('**/api/v1/public/boards/**', (route) => {
    if (linkEnds) return json(route, { type: 'about:blank', title: 'Not Found', status: 404, detail: 'This link is unknown, has expired or was revoked.' }, 404);
    if (route.request().url().endsWith('/live')) return live(route);
    return json(route, { id: 'sales', title: definition.title, description: definition.description, tiles: definition.tiles.map(({ id, title, chart, width, height, note }) => ({ id, title, chart, width, height, note })), version: 3 });
  });
  return asked;
}
