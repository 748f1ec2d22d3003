// Pipelines as a test wants them: answers for /api/v1/tenants/*/sql, given inside the browser in front of the real server.
import { plan, relations } from './sql.js';

const minutesAgo = (minutes) => new Date(Date.now() - minutes * 60_000).toISOString();
const pipeline = (name, origin, more = {}) => ({
  name, kind: 'materializedView', origin, reads: ['orders', 'shops'], writes: null, connector: null, status: 'running', problem: null, recordsPerSecond: 182.4, changesPerSecond: 96.2, lagRecords: 12, lagSeconds: 0.3, freshnessSeconds: 0.4, rows: 412, stateBytes: 1_204_224, rejected: 0, sink: null, hasCandidate: false, isHeld: false, ...more,
});
export const pipelines = [
  pipeline('dwd_order', '02-order-wide.sql', { rows: 1_240_331, stateBytes: 402_118_040 }),
  pipeline('ads_shop_sales', '04-order-results.sql', { hasCandidate: true }),
  pipeline('tags_member', '04-order-results.sql', { status: 'failed', problem: "The state of 'tags_member' is 256 MiB, its bound 256 MiB: narrow the view, or raise 'state.max' and resume it.", rejected: 14 }),
  pipeline('erp_mirror#1', '50-sinks.sql', { kind: 'insert', reads: ['ads_shop_sales'], writes: 'erp_mirror', connector: 'postgresql', lagSeconds: 94, problem: 'Writing fails, and is tried again: connection refused', sink: { waitingRows: 48_210, rowsPerSecond: 1_320, catchUpSeconds: 36.5, problem: 'connection refused', writtenAt: minutesAgo(2) } }),
  pipeline('by_hand', null, { status: 'paused' }),
];
const changes = [
  { at: minutesAgo(4), relation: 'orders', source: 'shop.orders', partition: 3, offset: 310_133, outcome: 'held', columns: [{ kind: 'renamed', column: 'channel', from: 'channel', to: 'sales_channel' }, { kind: 'dropped', column: 'note', from: 'Text(200)', to: null }] },
  { at: minutesAgo(90), relation: 'orders', source: 'shop.orders', partition: 0, offset: 290_001, outcome: 'accepted', columns: [{ kind: 'widened', column: 'shop', from: 'Text(40)', to: 'Text(80)' }, { kind: 'added', column: 'tip', from: null, to: 'Decimal(10,2)' }] },
];
const sources = Array.from({ length: 2 }, (_, partition) => ({ relation: 'orders', topic: 'huaxin-foods.erp-orders', partition, offset: 310_082 + partition, end: 310_090, lagSeconds: 0.3 }));
const columns = [{ name: '#side', type: 'STRING NOT NULL' }, { name: 'shop', type: 'STRING' }, { name: 'orders', type: 'BIGINT' }];

/** What was asked for beyond reading is in the list that comes back. */
export async function scriptPipelines(page) {
  const asked = [];
  const state = structuredClone(pipelines);
  const json = (route, body, status = 200) => route.fulfill({ status, contentType: status === 200 ? 'application/json' : 'application/problem+json', body: JSON.stringify(body) });
  await page.route('**/api/v1/tenants/*/sql/**', (route) => {
    const request = route.request();
    const rest = new URL(request.url()).pathname.split('/sql/')[1].split('/').map(decodeURIComponent);
    if (rest[0] === 'source-changes') return json(route, changes);
    if (rest[0] === 'check') return json(route, { problems: [] });
    if (rest[0] === 'pipelines' && rest.length === 1) return json(route, state);
    const info = state.find((item) => item.name === rest[1]);
    if (rest[0] === 'pipelines') return info === undefined ? json(route, { status: 404, title: 'Not Found' }, 404) : json(route, { info, definition: `CREATE MATERIALIZED VIEW ${rest[1]} AS SELECT shop, COUNT(*) AS orders FROM orders GROUP BY shop`, plan, sources, readBy: info.kind === 'insert' ? [] : ['erp_mirror#1'] });
    const relation = relations.find((item) => item.name === rest[1]) ?? relations[4];
    if (request.method() !== 'GET') asked.push({ what: `${request.method()} ${rest.slice(1).join('/')}`, body: request.postDataJSON() });
    if (rest[2] === 'letters') return json(route, { items: [], next: null, total: 0 });
    if (rest[2] === 'rewind') return json(route, { info: relation, partitions: sources.map(({ partition, offset }) => ({ partition, from: 100, before: offset })) });
    if (rest[2] === 'candidate' && (request.method() === 'GET' || rest[3] === undefined)) {
      return json(route, {
        running: relation, candidate: { ...relation, name: `${rest[1]}#candidate` }, runningText: 'CREATE MATERIALIZED VIEW ads_shop_sales AS SELECT shop, COUNT(*) AS orders FROM orders GROUP BY shop', candidateText: "CREATE MATERIALIZED VIEW ads_shop_sales AS SELECT shop, COUNT(*) AS orders FROM orders WHERE channel <> 'test' GROUP BY shop", hindrance: null,
        comparison: { epoch: 90_210, columns: ['shop', 'orders'], addedColumns: [], missingColumns: [], runningRows: 412, candidateRows: 410, onlyRunning: 3, onlyCandidate: 1, differences: { statement: '', kind: 'rows', columns, rows: [['running', '宁波天一店', 9_804], ['candidate', '宁波天一店', 9_800], ['running', '测试店', 12]], isTruncated: false, message: null, plan: null, lineage: null, elapsedMilliseconds: 3 } },
      });
    }
    if ((rest[2] === 'pause' || rest[2] === 'resume') && info !== undefined) info.status = rest[2] === 'pause' ? 'paused' : 'running';
    if (rest[3] === 'switch' && info !== undefined) info.hasCandidate = false;
    return json(route, rest.length === 2 ? { info: relation, definition: '', reads: [], readBy: [], plan: [], sources, rejected: 0 } : relation);
  });
  return asked;
}
