// Flows and a catalog as a test wants them: answers for /api/v1/ledger and /api/v1/catalog, given inside the browser in front of the real server.

const windowSeconds = 60;
const windowCount = 60;
const receipt = (records, bytes = records * 214) => ({ records, bytes, hash: '5f'.repeat(16), firstMilliseconds: Date.now() - 3_600_000, lastMilliseconds: Date.now() });

const hop = (name, kind, records, more = {}) => ({
  name, kind, account: 'content', entity: null, instances: 1, took: receipt(records), gave: receipt(records), rejected: receipt(0), tookPerSecond: 412, gavePerSecond: 412, lagSeconds: 0.4, lastReportAt: new Date().toISOString(), openGaps: 0, repairs: true, ...more,
});
const edge = (from, to, more = {}) => ({ from, to, recordsPerSecond: 412, waiting: 0, lagSeconds: 0.4, openGaps: 0, ...more });

/** A flow from two agents to a lake and a view; with gaps at the lander where asked. */
export function siteToLake(broken = true) {
  const newest = Math.floor(Date.now() / 1000 / windowSeconds);
  const names = ['agent-hz', 'agent-sh', 'log', 'parser', 'lander', 'view'];
  const windows = Array.from({ length: windowCount }, (_, age) => {
    const stamp = newest - age;
    const state = (index) => (age === 0 ? 'open' : age < 2 && index > 1 ? 'sealed' : age === 2 && index > 3 ? 'sealed' : broken && age === 17 && index === 4 ? 'gap' : broken && age === 31 && index === 4 ? 'gap' : 'closed');
    const took = 24_000 + ((stamp * 7919) % 900);
    return { stamp, beginsAt: new Date(stamp * windowSeconds * 1000).toISOString(), state: age === 0 ? 'open' : 'closed', origins: 2, hops: names.map((name, index) => ({ hop: name, state: state(index), took, gave: took, rejected: 0, missing: state(index) === 'gap' ? 3 : 0 })) };
  });
  const gap = (id, more) => ({
    id, hop: 'lander', inside: false, origin: 'hangzhou/erp-01', stamp: newest - 17, stampFirst: newest - 17, kind: 'missing', state: 'open', records: 3, counts: { missing: 3, doubled: 0, altered: 0 }, late: 0, openedAt: new Date(Date.now() - 16 * 60_000).toISOString(), closedAt: null, repair: null, acceptedBy: null, note: null, ...more,
  });
  const gaps = broken
    ? [
        gap('g1', {}),
        gap('g2', { stamp: newest - 31, stampFirst: newest - 31, records: 410, counts: { missing: 412, doubled: 2, altered: 1 }, repair: { state: 'sending', wanted: 412, sent: 260, arrived: 180, by: 'Li Na', startedAt: new Date(Date.now() - 20_000).toISOString(), reason: null } }),
        gap('g3', { hop: 'view', kind: 'late', records: 1_204, counts: null, origin: 'shanghai/erp-02', stamp: newest - 3, stampFirst: newest - 3 }),
      ]
    : [];
  const open = (name) => gaps.filter((item) => item.hop === name).length;
  return {
    summary: { tenant: 'huaxin-foods', id: 'site-logs', title: 'Site logs to the lake', windowSeconds, hops: names.length, openWindows: 3, closedWindows: 20_160, openGaps: gaps.length, gapRecords: broken ? 1_622 : 0, lagSeconds: broken ? 421 : 1.6, recordsPerSecond: 824, lastReportAt: new Date().toISOString() },
    hops: [
      hop('agent-hz', 'agent', 12_404_120, { took: receipt(0), account: 'none' }), hop('agent-sh', 'agent', 8_120_300, { took: receipt(0), account: 'none' }), hop('log', 'log', 20_524_420, { instances: 8, entity: 'topic.site-logs', tookPerSecond: 824, gavePerSecond: 824 }),
      hop('parser', 'capture', 20_524_390, { account: 'count', instances: 8, gave: receipt(20_519_002), rejected: receipt(5_388) }), hop('lander', 'lander', 20_518_587, { openGaps: open('lander'), entity: 'files.site-logs', lagSeconds: 4 }),
      hop('view', 'view', 20_301_100, { openGaps: open('view'), account: 'none', gave: receipt(0), lagSeconds: broken ? 421 : 1.6 }),
    ],
    edges: [edge('agent-hz', 'log'), edge('agent-sh', 'log'), edge('log', 'parser', { recordsPerSecond: 824, waiting: 30 }), edge('parser', 'lander', { recordsPerSecond: 819, waiting: 415, openGaps: open('lander'), lagSeconds: 4 }), edge('parser', 'view', { recordsPerSecond: 301, waiting: 217_902, openGaps: open('view'), lagSeconds: broken ? 421 : 1.6 })],
    windows, gaps, origins: 2,
  };
}

function shortFlow(id, title, tenant) {
  const flow = siteToLake(false);
  const hops = [hop('capture', 'capture', 920_000, { took: receipt(0) }), hop('topic', 'log', 920_000), hop('lander', 'lander', 920_000)];
  return { ...flow, summary: { ...flow.summary, id, title, tenant, hops: 3, openWindows: 1, recordsPerSecond: 38.2, lagSeconds: 0.3 }, hops, edges: [edge('capture', 'topic'), edge('topic', 'lander')], windows: flow.windows.slice(0, 1) };
}

const entity = (id, name, layer, more = {}) => ({
  tenant: 'huaxin-foods', id, kind: id.slice(0, id.indexOf('.')), name, layer, owner: 'Data team', description: null, place: 'mariadb 10.20.0.8, shop', channel: null, eventAt: new Date(Date.now() - 4_000).toISOString(), changedAt: new Date().toISOString(), records: 4_120_331, bytes: 1_902_441_120, schema: 2, createdAt: new Date(Date.now() - 90 * 86_400_000).toISOString(), version: 5, ...more,
});
export const entities = [
  entity('table.t-sal-order-1f0c22aa', 'shop.T_SAL_ORDER', 'ods'), entity('table.t-sal-orderentry-77aa01bc', 'shop.T_SAL_ORDERENTRY', 'ods', { records: 18_220_100 }), entity('table.dim_store_shop', 'dim_store_shop', 'dim', { records: 4_120, bytes: 902_000, owner: null }),
  entity('topic.gqsh_order', 'gqsh_order', 'ods', { channel: 'site-logs', description: 'Changes of orders as the ERP wrote them, a record a change, keyed by order.', place: 'embedded log, 8 partitions' }),
  entity('view.dwd_gqsh_order', 'dwd_gqsh_order_gqsh_order', 'dwd', { place: null }), entity('view.ads_order_sales', 'ads_order_sales', 'ads', { place: null, owner: 'Sales analysis', records: 88_120 }), entity('files.orders', 'lake/orders', 'ods', { place: '/data/lake/orders', owner: 'Platform' }),
];
const links = [['table.t-sal-order-1f0c22aa', 'topic.gqsh_order'], ['table.t-sal-orderentry-77aa01bc', 'topic.gqsh_order'], ['topic.gqsh_order', 'view.dwd_gqsh_order'], ['topic.gqsh_order', 'files.orders'], ['table.dim_store_shop', 'view.dwd_gqsh_order'], ['view.dwd_gqsh_order', 'view.ads_order_sales']];

const column = (name, type, nativeType, key = 0) => ({ name, type, nativeType, nullable: key === 0, key });
const schemas = [
  { number: 2, fingerprint: '9e1402bb70c1aa53', database: 'shop', table: 'T_SAL_ORDER', since: new Date(Date.now() - 5 * 86_400_000).toISOString(), columns: [column('FID', 'int64', 'bigint(20)', 1), column('FBILLNO', 'text', 'varchar(80)'), column('FALLAMOUNT', 'decimal(23,10)', 'decimal(23,10)'), column('FCHANNEL', 'text', 'varchar(20)'), column('FDATE', 'timestamp', 'datetime(3)')] },
  { number: 1, fingerprint: '21aa00fe19c3d7e0', database: 'shop', table: 'T_SAL_ORDER', since: new Date(Date.now() - 90 * 86_400_000).toISOString(), columns: [column('FID', 'int64', 'bigint(20)', 1), column('FBILLNO', 'text', 'varchar(80)'), column('FALLAMOUNT', 'decimal(10,2)', 'decimal(10,2)'), column('FMEMO', 'text', 'text'), column('FDATE', 'timestamp', 'datetime(3)')] },
];

function neighbourhood(id, distance) {
  const found = new Map([[id, 0]]);
  for (const [sign, from, to] of [[-1, 1, 0], [1, 0, 1]]) {
    let ring = [id];
    for (let step = 1; step <= distance; step++) {
      ring = links.filter((link) => ring.includes(link[from]) && !found.has(link[to])).map((link) => link[to]);
      for (const other of ring) found.set(other, sign * step);
    }
  }
  return {
    entity: id, cut: links.some(([from, to]) => found.has(from) !== found.has(to)),
    entities: [...found].sort((a, b) => a[1] - b[1]).map(([other, away]) => ({ id: other, distance: away, info: other === 'table.t-sal-orderentry-77aa01bc' ? null : entities.find((item) => item.id === other) })),
    links: links.filter(([from, to]) => found.has(from) && found.has(to)).map(([from, to]) => ({ from, to })),
  };
}

/** Answers in the browser; what was asked for beyond reading is in the list that comes back. */
export async function scriptFlows(page, flow = siteToLake()) {
  const asked = [];
  const flows = [flow, shortFlow('orders', 'Orders, from the ERP to the lake', 'huaxin-foods'), shortFlow('stock', 'Stock balances', 'lianhe-retail')];
  const json = (route, body) => route.fulfill({ status: 200, contentType: 'application/json', body: JSON.stringify(body) });
  await page.route('**/api/v1/ledger**', (route) => json(route, { items: flows, next: null, total: flows.length }));
  await page.route('**/api/v1/ledger/**', (route) => {
    const url = new URL(route.request().url());
    const order = /gaps\/([^/]+)\/(repair|accept)$/.exec(url.pathname);
    if (url.pathname.endsWith('/live')) return route.fulfill({ status: 200, contentType: 'text/event-stream', body: `event: channel\ndata: ${JSON.stringify(flow)}\n\n` });
    if (order !== null) {
      asked.push({ gap: order[1], order: order[2], body: route.request().postDataJSON() });
      const gap = flow.gaps.find((item) => item.id === order[1]);
      if (order[2] === 'repair') gap.repair = { state: 'sent', wanted: 3, sent: 3, arrived: 1, by: 'admin', startedAt: new Date().toISOString(), reason: null };
      else Object.assign(gap, { state: 'accepted', acceptedBy: 'admin', closedAt: new Date().toISOString(), note: 'known' });
      flow.gaps = flow.gaps.filter((item) => item.state === 'open');
      return json(route, gap);
    }
    return json(route, url.pathname.endsWith('/gaps') ? { items: [{ ...siteToLake().gaps[0], id: 'g0', state: 'closed', kind: 'late', late: 12, records: 0, counts: { missing: 0, doubled: 0, altered: 0 }, closedAt: new Date().toISOString() }], next: null, total: 1 } : flow);
  });
  await page.route('**/api/v1/catalog**', (route) => {
    const query = new URL(route.request().url()).searchParams;
    const text = (query.get('q') ?? '').toLowerCase();
    const items = entities.filter((item) => `${item.id} ${item.name}`.toLowerCase().includes(text) && [null, item.kind].includes(query.get('kind')) && [null, item.layer].includes(query.get('layer')));
    return json(route, { items, next: null, total: items.length });
  });
  await page.route('**/api/v1/catalog/*/**', (route) => {
    const { pathname, searchParams } = new URL(route.request().url());
    const id = decodeURIComponent(pathname.split('/')[5]);
    if (pathname.endsWith('/neighbourhood')) return json(route, neighbourhood(id, Number(searchParams.get('distance') ?? 2)));
    const receipts = Array.from({ length: 5 }, (_, index) => ({ at: new Date(Date.now() - index * 61_000).toISOString(), about: `gqsh_order/${index % 4}, ${(4_120_331 - index * 1_800).toLocaleString('en')}`, receipt: receipt(1_800 - index * 7) }));
    return json(route, { info: entities.find((item) => item.id === id), upstream: [], downstream: [], schemas, receipts });
  });
  return asked;
}
