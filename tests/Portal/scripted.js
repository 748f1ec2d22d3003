// A cluster in whatever state a test wants: a small server in front of the real one that answers for /api/v1/cluster itself and passes all else on.
import { createServer, request } from 'node:http';
import { url } from './browser.js';

const shardCount = 1024;
const pushMilliseconds = 500;

/** Starts the server; `state` is what it tells, and may be changed while it runs. */
export async function startScripted(state = threeSilos()) {
  const orders = [];
  const streams = new Set();
  const server = createServer((incoming, answer) => {
    const { pathname, searchParams } = new URL(incoming.url, url);
    if (!pathname.startsWith('/api/v1/cluster')) return pass(incoming, answer);
    const order = /silos\/([^/]+)\/(drain|restart)$/.exec(pathname);
    if (order !== null && incoming.method === 'POST') {
      const silo = decodeURIComponent(order[1]);
      let body = '';
      incoming.on('data', (part) => (body += part));
      incoming.on('end', () => {
        orders.push({ silo, kind: order[2], ...JSON.parse(body) });
        const row = state.silos.find((item) => item.id === silo);
        row.state = 'draining';
        row.reason = `${order[2] === 'drain' ? 'Drain' : 'Restart'} asked for by admin: ${JSON.parse(body).reason}`;
        json(answer, { silo, exitCode: order[2] === 'drain' ? 0 : 75, supervisor: row.figures?.supervisor ?? null }, 202);
      });
      return undefined;
    }
    if (pathname.endsWith('/live')) return stream(answer, (searchParams.get('parts') ?? '').split(','));
    const silo = /silos\/([^/]+)$/.exec(pathname)?.[1];
    if (silo !== undefined) {
      const row = state.silos.find((item) => item.id === decodeURIComponent(silo));
      return json(answer, { silo: row, shards: [], grains: state.grains, methods: state.methods });
    }
    const part = pathname.slice('/api/v1/cluster'.length + 1);
    return json(answer, part === '' ? summary(state) : part === 'shards' ? mapOf(state) : state[part]);
  });
  function stream(answer, parts) {
    answer.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    let sentShards = '';
    const push = () => {
      const shards = JSON.stringify(mapOf(state));
      if (shards !== sentShards) answer.write(`event: shards\ndata: ${shards}\n\n`);
      sentShards = shards;
      answer.write(`event: cluster\ndata: ${JSON.stringify(summary(state))}\n\n`);
      for (const part of parts) if (part !== '') answer.write(`event: ${part}\ndata: ${JSON.stringify(state[part])}\n\n`);
    };
    push();
    const timer = setInterval(push, pushMilliseconds);
    streams.add(answer);
    answer.on('close', () => (clearInterval(timer), streams.delete(answer)));
  }
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    state,
    orders,
    async stop() {
      for (const answer of streams) answer.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function json(answer, value, status = 200) {
  answer.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  answer.end(JSON.stringify(value));
}

function pass(incoming, answer) {
  const target = new URL(url);
  const onward = request({ host: target.hostname, port: target.port, path: incoming.url, method: incoming.method, headers: { ...incoming.headers, host: target.host } }, (reply) => {
    answer.writeHead(reply.statusCode, reply.headers);
    reply.pipe(answer);
  });
  onward.on('error', () => answer.destroy());
  answer.on('close', () => onward.destroy());
  incoming.pipe(onward);
}

/** The picture of the map, from a list of owners' ids (null: free). */
function mapOf(state) {
  const silos = [...new Set(state.owners.filter((owner) => owner !== null))].sort();
  return { silos, owners: state.owners.map((owner) => (owner === null ? -1 : silos.indexOf(owner))), terms: state.terms };
}

const liveStates = ['active', 'suspect', 'draining'];

function summary(state) {
  // Figures breathe, so that lines are drawn.
  const beat = Date.now() / 3_000;
  const silos = state.silos.map((silo, index) => ({
    ...silo,
    shards: state.owners.filter((owner) => owner === silo.id).length,
    figures: silo.figures && {
      ...silo.figures,
      cpuPercent: Math.max(0, silo.figures.cpuPercent + 9 * Math.sin(beat + index)),
      workingSetBytes: silo.figures.workingSetBytes + 6e6 * Math.sin(beat / 4 + index),
      callsPerSecond: silo.figures.callsPerSecond * (1 + 0.2 * Math.sin(beat * 1.3 + index)),
      latencyMicroseconds: { p50: 38 + 4 * Math.sin(beat), p95: 310 + 40 * Math.sin(beat * 2 + index), p99: 1_900 + 700 * Math.sin(beat * 1.7 + index) },
    },
  }));
  const live = silos.filter((silo) => liveStates.includes(silo.state));
  const figures = live.flatMap((silo) => (silo.figures ? [silo.figures] : []));
  const sum = (name) => figures.reduce((total, item) => total + item[name], 0);
  const liveIds = new Set(live.map((silo) => silo.id));
  const owned = state.owners.filter((owner) => owner !== null && liveIds.has(owner)).length;
  const free = state.owners.filter((owner) => owner === null).length;
  return {
    at: new Date().toISOString(), cluster: 'erp-watch-7f3a', self: silos[0].id, leaseSeconds: 6, storeAgeSeconds: state.storeError ? 48 : 0.4, storeError: state.storeError,
    shards: { all: shardCount, owned, free, orphaned: shardCount - owned - free },
    totals: {
      live: live.length, answering: figures.length, activations: sum('activations'), callsPerSecond: sum('callsPerSecond'), failedPerSecond: sum('failedPerSecond'), timedOutPerSecond: sum('timedOutPerSecond'),
      pendingCalls: sum('pendingCalls'), mailboxDepth: sum('mailboxDepth'), latencyMicroseconds: figures[0]?.latencyMicroseconds ?? null,
    },
    silos,
  };
}

const ago = (seconds) => new Date(Date.now() - seconds * 1_000).toISOString();

function silo(name, generation, more = {}) {
  return {
    id: `${name}@${generation}`, name, generation, address: `10.20.0.${10 + Number(name.at(-1))}:7401`, state: 'active', self: false, build: '0.4.0', startedAt: ago(9_400), changedAt: ago(9_400), reason: '', leaseAgeSeconds: 0.6, shards: 0, problem: null,
    figures: {
      intervalSeconds: 10, uptimeSeconds: 9_400, cpuPercent: 31, processors: 4, workingSetBytes: 410e6, memoryLimitBytes: 4 * 2 ** 30, heapBytes: 190e6, allocatedBytesPerSecond: 38e6, pausePercent: 0.4, collections: [812, 96, 4], poolThreads: 11, poolQueueLength: 0,
      activations: 41_300, pendingCalls: 7, callsPerSecond: 18_400, failedPerSecond: 0, timedOutPerSecond: 0, latencyMicroseconds: null, mailboxDepth: 3, mailboxDepthMax: 2, machine: `node-${name.at(-1)}`, processId: 4_120 + generation, framework: '.NET 10.0.1', supervisor: 'systemd',
    },
    ...more,
  };
}

const grain = (type, activations, calls, p99, more = {}) => ({
  type, activations, created: activations * 3, createdPerSecond: 1.5, activationsFailed: 0, callsOverloaded: 0, calls: calls * 9_000, callsPerSecond: calls, failedPerSecond: 0, timedOutPerSecond: 0, latencyMicroseconds: calls === 0 ? null : { p50: p99 / 40, p95: p99 / 6, p99 },
  slowest: calls === 0 ? [] : [{ method: 'Append', p99Microseconds: p99 }, { method: 'Get', p99Microseconds: p99 / 3 }], mailboxDepth: 0, mailboxDepthMax: 0, mailboxDepthMaxKey: null,
  places: ['erp-1@3', 'erp-2@1', 'erp-3@2'].map((name, index) => ({ silo: name, activations: Math.round(activations * [0.36, 0.33, 0.31][index]) })), ...more,
});
const method = (type, name, calls, p99, more = {}) => ({
  type, interface: `Orrery.Interfaces.${type[0].toUpperCase()}${type.slice(1)}`, method: name, calls: calls * 9_000, callsFailed: 0, callsTimedOut: 0, callsPerSecond: calls, failedPerSecond: 0, timedOutPerSecond: 0,
  latencyMicroseconds: calls === 0 ? null : { p50: p99 / 30, p95: p99 / 5, p99 }, meanMicroseconds: p99 / 20, longestMicroseconds: p99 * 9, ...more,
});

/** Three silos that share the shards evenly, and one life of the third that ended. */
export function threeSilos() {
  const ids = ['erp-1@3', 'erp-2@1', 'erp-3@2'];
  const owners = Array.from({ length: shardCount }, (_, shard) => ids[((shard * 2_654_435_761) >>> 7) % 3]);
  return {
    storeError: null,
    silos: [
      silo('erp-1', 3, { self: true }), silo('erp-2', 1), silo('erp-3', 2, { startedAt: ago(1_100) }),
      silo('erp-3', 1, { state: 'dead', figures: null, leaseAgeSeconds: null, changedAt: ago(1_190), startedAt: ago(86_000), reason: 'Its counter stood still for 6 s, watched by erp-1@3.' }),
      silo('erp-1', 2, { state: 'left', figures: null, leaseAgeSeconds: null, changedAt: ago(9_500), startedAt: ago(90_000), reason: 'Restart asked for by admin: new build' }),
    ],
    owners,
    terms: owners.map((owner) => (owner === 'erp-3@2' ? 4 : 3)),
    grains: [
      grain('serverhealth', 61_200, 21_400, 1_840), grain('server', 61_200, 9_800, 640), grain('alarmbook', 820, 410, 9_300, { failedPerSecond: 0.4, mailboxDepth: 31, mailboxDepthMax: 28, mailboxDepthMaxKey: 'huaxin-foods' }),
      grain('sampleintake', 8, 22_900, 12_600, { callsOverloaded: 214 }), grain('tenant', 240, 12, 900), grain('session', 36, 3, 720), grain('webhook', 12, 0, 0),
    ],
    methods: [
      method('sampleintake', 'Append', 22_900, 12_600), method('alarmbook', 'Raise', 410, 9_300, { failedPerSecond: 0.4, callsFailed: 3_120, callsTimedOut: 4 }), method('serverhealth', 'Take', 21_400, 1_840),
      method('tenant', 'Get', 12, 900), method('session', 'Check', 3, 720), method('server', 'Get', 9_800, 640), method('webhook', 'Deliver', 0, 0),
    ],
    history: [
      { at: ago(1_100), silo: 'erp-3@2', kind: 'joined', reason: '', build: '0.4.0' },
      { at: ago(1_190), silo: 'erp-3@1', kind: 'dead', reason: 'Its counter stood still for 6 s, watched by erp-1@3.', build: '0.4.0' },
      { at: ago(9_400), silo: 'erp-1@3', kind: 'joined', reason: '', build: '0.4.0' },
      { at: ago(9_500), silo: 'erp-1@2', kind: 'left', reason: 'Restart asked for by admin: new build', build: '0.3.9' },
      { at: ago(86_000), silo: 'erp-3@1', kind: 'joined', reason: '', build: '0.4.0' },
      { at: ago(90_000), silo: 'erp-1@2', kind: 'joined', reason: '', build: '0.3.9' },
    ],
    reminders: {
      problem: null,
      types: [
        { grainType: 'serverhealth', reminders: 61_200, due: 7_344_000, ran: 7_343_981, failed: 4, missed: 12, waiting: 3, overdue: 0, late: 96, repeated: 7, lost: 0 },
        { grainType: 'webhook', reminders: 12, due: 1_440, ran: 1_401, failed: 39, missed: 0, waiting: 0, overdue: 0, late: 0, repeated: 0, lost: 0 },
      ],
      silos: [
        { silo: 'erp-1@3', due: 2_410, ran: 2_407, failed: 1, missed: 0, running: 2, late: 3, repeated: 1, overdue: 0, lost: 0 },
        { silo: 'erp-2@1', due: 2_380, ran: 2_380, failed: 0, missed: 0, running: 0, late: 1, repeated: 0, overdue: 0, lost: 0 },
        { silo: 'erp-3@2', due: 305, ran: 304, failed: 0, missed: 0, running: 1, late: 6, repeated: 2, overdue: 0, lost: 0 },
      ],
    },
  };
}

/** One silo mute, one suspect, shards on their way, the store out of reach. */
export function degradedCluster() {
  const state = threeSilos();
  state.storeError = 'PostgreSQL at 10.20.0.5:5432 refused the connection.';
  Object.assign(state.silos[1], { figures: null, problem: 'It did not answer within 1.5 s.' });
  Object.assign(state.silos[2], { state: 'suspect', leaseAgeSeconds: 4.1, figures: { ...state.silos[2].figures, supervisor: null } });
  for (let shard = 0; shard < 40; shard++) state.owners[shard] = null;
  for (let shard = 40; shard < 60; shard++) state.owners[shard] = 'erp-3@1';
  return state;
}
