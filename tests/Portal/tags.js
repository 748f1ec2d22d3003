// Tags as a test wants them: answers for /api/v1/tenants/*/types and the SQL schema's relations, given inside the browser in front of the real server.
const ago = (seconds) => new Date(Date.now() - seconds * 1_000).toISOString();
const title = (zh, en) => ({ zh, en });
const tag = (id, en, more = {}) => ({
  id, title: title(`标签${id}`, en), kind: 'boolean', rule: { relation: null, condition: 'orders > 0', value: null, query: null, isList: false }, owner: 'ann', parent: null, validFrom: null, validUntil: null, isValid: true,
  view: `tag_member_${id}`, size: 812, problem: null, version: 2, changedBy: 'ann', changedAt: ago(7_000), ...more,
});
const rule = (more) => ({ relation: null, condition: null, value: null, query: null, isList: false, ...more });
const impact = (more = {}) => ({ tags: [], segments: [], views: [], webhooks: 0, ...more });
const leaf = (of, comparison = null, value = null) => ({ kind: 'tag', tag: of, comparison, value, nodes: [] });
const history = (size) => Array.from({ length: 40 }, (_, at) => ({ at: ago((40 - at) * 600), size: Math.round(size * (0.7 + at / 130 + 0.05 * Math.sin(at / 3))) }));

export async function scriptTags(page) {
  // What was asked, and who waits for the next question.
  const asked = Object.assign([], { waiting: [] });
  asked.push = (item) => {
    const count = Array.prototype.push.call(asked, item);
    for (const go of asked.waiting.splice(0)) go();
    return count;
  };
  const type = { id: 'member', title: title('会员', 'Customers'), facts: [{ relation: 'facts_member', key: 'member_id' }], version: 1 };
  const tags = [
    tag('buyer', 'Has ordered', { size: 1_840 }), tag('frequent', 'Orders often', { parent: 'buyer', size: 420, rule: rule({ condition: 'orders >= 20' }) }),
    tag('quiet', 'No order for 30 days', { parent: 'buyer', size: 96, rule: rule({ condition: "last_order <= NOW() - INTERVAL '30' DAY" }) }), tag('spending', 'Spent so far', { kind: 'numeric', size: 1_840, rule: rule({ value: 'spent', condition: 'spent > 0' }) }),
    tag('invited', 'Invited', { rule: rule({ isList: true }), size: 12 }), tag('spring', 'Spring sale', { isValid: false, size: 0, validFrom: ago(90 * 86_400), validUntil: ago(86_400), owner: '' }),
  ];
  const segments = [
    { id: 'to_woo', title: title('待挽回的常客', 'Regulars to win back'), expression: 'frequent AND quiet', owner: 'ann', size: 31, version: 1, changedBy: 'ann', changedAt: ago(900) },
    { id: 'big', title: title('大客户', 'Big spenders'), expression: 'spending >= 1000', owner: '', size: 77, version: 1, changedBy: 'bob', changedAt: ago(9_000) },
  ];
  const hooks = [{ id: 'h1', url: 'https://crm.example.com/hooks/orrery', isSigned: true, delivered: 1_204, status: '200', retryAt: null }, { id: 'h2', url: 'https://old.example.com/x', isSigned: false, delivered: 3, status: '503 Service Unavailable', retryAt: ago(-40) }];
  const columns = [{ name: 'member_id', type: 'BIGINT NOT NULL' }, { name: 'level', type: 'STRING' }, { name: 'orders', type: 'BIGINT' }, { name: 'spent', type: 'DECIMAL(12, 2)' }, { name: 'last_order', type: 'TIMESTAMP(3)' }];
  const relation = (name, kind, connector) => ({ name, kind, connector, columns, key: ['member_id'], rows: 2_000, freshnessSeconds: 0.3, stateBytes: 90_000, status: 'running', problem: null, createdAt: ago(9_000), createdBy: 'ann', version: 1 });
  const samples = Array.from({ length: 20 }, (_, at) => String(10_001 + at * 7));
  const json = (route, body, status = 200) => route.fulfill({ status, contentType: status < 400 ? 'application/json' : 'application/problem+json', body: JSON.stringify(body) });
  const why = (object, of) => ({ tag: of, holds: true, since: ago(5_000), value: of === 'spending' ? '1520.00' : null, rows: [{ relation: 'facts_member', values: { member_id: object, level: 'gold', orders: '31', spent: '1520.00', last_order: null } }] });
  const has = (object) => ({ object, isKnown: object !== '0', tags: object === '0' ? [] : [{ tag: 'buyer', value: null, since: ago(86_400) }, { tag: 'frequent', value: null, since: ago(5_000) }, { tag: 'spending', value: '1520.00', since: ago(5_000) }] });

  await page.route('**/api/v1/tenants/*/sql/relations', (route) => json(route, [relation('facts_member', 'materializedView', null), relation('extra', 'table', null)]));
  await page.route('**/api/v1/tenants/*/sql/relations/*/rows**', (route) => {
    const request = route.request();
    if (request.method() === 'GET') return json(route, { columns, rows: [['10001', 'gold', 31, '1520.00', null]], affected: null });
    asked.push({ what: `POST ${new URL(request.url()).pathname.split('/relations/')[1]}`, body: request.postDataJSON() });
    return json(route, { rows: request.postDataJSON().rows.length });
  });
  const answer = (route) => {
    const request = route.request();
    const address = new URL(request.url());
    const parts = address.pathname.split('/types')[1].split('/').filter(Boolean).slice(1).map(decodeURIComponent);
    const [kind, id, part, more, last] = parts;
    const body = ['POST', 'PUT'].includes(request.method()) ? request.postDataJSON() : null;
    if (request.method() !== 'GET') asked.push({ what: `${request.method()} ${parts.join('/')}`, body });
    if (address.pathname.endsWith('/types')) return json(route, [type]);
    if (kind === undefined) return json(route, type);
    if (kind === 'objects') {
      if (part === undefined) return json(route, body.objects.map(has));
      if (part === 'peers') return json(route, { peers: samples.slice(0, 6).map((object, at) => ({ object, likeness: 1 - at / 8, shared: ['buyer', 'frequent'] })), considered: 1_840 });
      if (part === 'timeline') return json(route, { moments: [{ kind: 'segment', name: 'to_woo', event: 'leave', value: null, at: ago(4_000) }, { kind: 'tag', name: 'frequent', event: 'enter', value: null, at: ago(5_000) }, { kind: 'tag', name: 'buyer', event: 'enter', value: null, at: ago(86_400) }], from: ago(300_000) });
      return last === 'why' ? json(route, why(id, more)) : json(route, has(id));
    }
    if (kind === 'tags') {
      if (id === undefined) return json(route, tags);
      if (part === 'try') {
        const text = body.rule.condition ?? body.rule.query ?? '';
        const place = text.indexOf('citty');
        if (place >= 0) return json(route, { title: 'Bad Request', status: 400, detail: "There is no column 'citty' in facts_member.", statement: 1, line: 1, column: place + 1, offset: place, length: 5 }, 400);
        return json(route, { size: 420, entering: 24, leaving: 3, samples, enteringSamples: samples.slice(0, 4), leavingSamples: samples.slice(5, 8), impact: impact({ tags: ['loyal'], segments: ['to_woo'], views: ['board_members'], webhooks: 2 }) });
      }
      if (part === 'values') return json(route, { bins: Array.from({ length: 12 }, (_, at) => ({ from: String(at * 250), to: String(at * 250 + 250), objects: Math.round(400 / (at + 1)) })), others: 0 });
      if (part === 'members') return request.method() === 'GET' ? json(route, { items: address.searchParams.has('cursor') ? ['77'] : samples, next: address.searchParams.has('cursor') ? null : '20', total: 21 }) : json(route, { rows: body.members.length });
      const known = tags.find((item) => item.id === id);
      if (request.method() === 'DELETE') return json(route, { title: 'Conflict', status: 409, detail: `The tag '${id}' is used by the segment to_woo. Change or delete those first.` }, 409);
      if (request.method() === 'PUT') {
        const made = { ...(known ?? tag(id, body.title.en)), ...body, id, owner: body.owner ?? '' };
        if (known === undefined) tags.push(made);
        else Object.assign(known, made);
        return json(route, made);
      }
      return json(route, { info: known, impact: impact({ segments: ['to_woo'], webhooks: 2 }), versions: [{ version: 2, draft: { ...known }, user: 'ann', at: ago(7_000) }, { version: 1, draft: { ...known, rule: rule({ condition: 'orders >= 10' }) }, user: 'bob', at: ago(90_000) }], history: history(known.size) });
    }
    if (id === undefined) return json(route, segments);
    if (id === 'overlaps') return json(route, { both: body.expressions.map((_, row) => body.expressions.map((_, column) => (row === column ? 400 - row * 60 : 120 - Math.abs(row - column) * 20))) });
    if (id === 'try') {
      if (body.expression.includes('nothing')) return json(route, { title: 'Bad Request', status: 400, detail: "There is no tag 'nothing' of this type.", statement: 1, line: 1, column: body.expression.indexOf('nothing') + 1, offset: body.expression.indexOf('nothing'), length: 7 }, 400);
      return json(route, { size: 31, objects: 2_000, samples, tree: { kind: 'and', tag: null, comparison: null, value: null, nodes: [leaf('frequent'), { kind: 'not', tag: null, comparison: null, value: null, nodes: [leaf('quiet')] }] } });
    }
    if (part === 'members') return json(route, { items: samples, next: null, total: 20 });
    if (part === 'subscribe') return route.fulfill({ status: 200, contentType: 'text/event-stream', body: `event: size\ndata: {"size":32}\n\nid: 9\nevent: changes\ndata: ${JSON.stringify([{ id: 9, segment: id, object: '10008', event: 'enter', at: ago(1) }])}\n\n` });
    if (part === 'webhooks') {
      if (request.method() === 'DELETE') {
        hooks.splice(hooks.findIndex((hook) => hook.id === more), 1);
        return json(route, null, 204);
      }
      if (body.url.includes('127.0.0.1')) return json(route, { title: 'Bad Request', status: 400, detail: '127.0.0.1 is an internal address.', errors: { url: ['127.0.0.1 is an internal address.'] } }, 400);
      const hook = { id: 'h3', url: body.url, isSigned: body.secret !== null, delivered: 0, status: null, retryAt: null };
      hooks.push(hook);
      return json(route, hook);
    }
    const known = segments.find((item) => item.id === id);
    if (request.method() === 'PUT') {
      const made = { ...(known ?? { id, size: 31, version: 0, changedBy: 'ann', changedAt: ago(0) }), ...body, owner: body.owner ?? '' };
      if (known === undefined) segments.push(made);
      else Object.assign(known, made);
      return json(route, made);
    }
    return json(route, { info: known, tree: { kind: 'and', tag: null, comparison: null, value: null, nodes: [leaf('frequent'), leaf('quiet')] }, history: history(known.size), topic: 'huaxin-foods.segments-member', webhooks: hooks });
  };
  await page.route('**/api/v1/tenants/*/types', answer);
  await page.route('**/api/v1/tenants/*/types/**', answer);
  return asked;
}
