// News as a test wants them: answers for /api/v1/tenants/*/news and /api/v1/inbox, given inside the browser in front of the real server.
const minutes = (n) => new Date(Date.now() + n * 60_000).toISOString();
// What a server that did not render safely might answer: the page must not run it either.
export const hostile = '<p>Hello</p><img src="x" onerror="window.hacked = 1"><a href="javascript:window.hacked = 2">go</a><svg onload="window.hacked = 3"></svg>';

export const draft = (more = {}) => ({
  texts: [{ language: 'zh', title: '秋季优惠', markdown: '**会员专享**' }, { language: 'en', title: 'Autumn offers', markdown: '**For members**' }],
  audience: { type: 'member', segment: 'to_woo', objects: null, isEverybody: false, isFrozen: false }, schedule: { at: null, zone: 'Asia/Shanghai', isEachZone: false }, channels: ['sdk'], alternative: null, isUrgent: false, ...more,
});
const article = (more = {}) => ({
  tenant: 'huaxin-foods', id: 'autumn', draft: draft(), attachments: [], state: 'draft', version: 1, changedBy: 'ann', changedAt: minutes(-30), submittedBy: null, approvedBy: null, approvedAt: null, reason: null, size: 1204, wave: 0, next: null, sentAt: null, ...more,
});
const summary = (of) => ({ id: of.id, titles: { zh: '秋季优惠', en: 'Autumn offers' }, state: of.state, audience: of.draft.audience, channels: of.draft.channels, size: of.size, version: of.version, changedBy: of.changedBy, changedAt: of.changedAt, next: of.next });
const row = (variant, clicked) => ({ channel: 'sdk', variant, sent: 602, delivered: 410, read: 300, clicked, failed: 2, doubtful: 0, unreachable: 0 });
const item = (id, more = {}) => ({ article: `huaxin-foods/${id}`, title: `News of ${id}`, html: `<p><strong>Text</strong> of ${id}, <a href="https://example.com/x" target="_blank">more</a></p>`, language: 'en', at: minutes(-5), isRead: false, isWithdrawn: false, attachments: [], ...more });

/** `state.article` is what the article's page shows; `state.refuse` answers the next writing. */
export async function scriptNews(page, more = {}) {
  const state = { article: article(more), asked: [], refuse: null, size: { size: 1204, of: 5000, samples: ['m1', 'm2'] }, html: '<p><strong>rendered</strong></p>', inbox: [item('autumn'), item('old', { isRead: true }), item('wrong', { isRead: true, isWithdrawn: true, html: '' })] };
  const json = (route, body, status = 200) => route.fulfill({ status, contentType: status < 400 ? 'application/json' : 'application/problem+json', body: JSON.stringify(body) });
  await page.route('**/api/v1/tenants/*/types', (route) => json(route, [{ id: 'member', title: { zh: '会员', en: 'Customers' }, facts: [], version: 1 }]));
  await page.route('**/api/v1/tenants/*/types/member/segments', (route) => json(route, [{ id: 'to_woo', title: { zh: '待挽回', en: 'To win back' }, expression: 'quiet', owner: '', size: 1204, version: 1, changedBy: 'ann', changedAt: minutes(-60) }]));
  await page.route('**/api/v1/tenants/*/news-settings', (route) => {
    if (route.request().method() === 'PUT') state.asked.push({ what: 'PUT settings', body: route.request().postDataJSON() });
    return json(route, { capCount: 3, capDays: 7, quietFrom: '22:00', quietUntil: '08:00', reach: {}, webhookUrl: null, hasWebhookSecret: false, version: 1 });
  });
  const answer = async (route) => {
    const request = route.request();
    const [id, part, file] = (new URL(request.url()).pathname.split('/news')[1] ?? '').split('/').slice(1);
    if (part === undefined && id === 'preview') return json(route, { html: state.html });
    if (part === undefined && id === 'audience') return json(route, state.size);
    if (request.method() !== 'GET') {
      state.asked.push({ what: `${request.method()} ${[id, part, file].filter(Boolean).join('/')}`, body: part === 'files' ? null : request.postDataJSON(), version: request.headers()['if-match'] ?? null });
      if (state.refuse !== null) {
        const refused = state.refuse;
        state.refuse = null;
        return json(route, refused, refused.status);
      }
    }
    if (id === undefined) return json(route, ['draft', 'waiting', 'approved', 'sending', 'sent', 'recalled'].map((each) => summary(article({ id: each, state: each }))));
    if (part === 'funnel') return json(route, { audience: 1210, waiting: 4, capped: 2, pending: 0, rows: [row('a', 41), row('b', 77)], winner: 'b' });
    if (part === 'versions') return json(route, [{ version: 1, draft: draft(), attachments: [], user: 'ann', at: minutes(-30) }]);
    const moved = { submit: { state: 'waiting', submittedBy: 'ann' }, approve: { state: 'sent' }, reject: { state: 'draft' }, recall: { state: 'recalled', reason: 'ann: wrong price' }, resend: { state: 'sending' } }[part];
    if (moved !== undefined) Object.assign(state.article, moved);
    if (request.method() === 'PUT' && part === undefined) Object.assign(state.article, { id, draft: request.postDataJSON(), version: state.article.version + 1 });
    return json(route, { ...state.article, id });
  };
  await page.route('**/api/v1/tenants/*/news', answer);
  await page.route('**/api/v1/tenants/*/news/**', answer);
  await page.route('**/api/v1/inbox**', (route) => json(route, { items: state.inbox, unread: state.inbox.filter((each) => !each.isRead).length, stamp: '' }));
  await page.route('**/api/v1/inbox/**', (route) => {
    const path = new URL(route.request().url()).pathname.split('/inbox/')[1];
    if (path === 'unread') return json(route, { unread: state.inbox.filter((each) => !each.isRead).length });
    state.asked.push({ what: path });
    const read = state.inbox.find((each) => path.startsWith(`${each.article}/`));
    if (read !== undefined) read.isRead = true;
    return route.fulfill({ status: 204 });
  });
  return state;
}
