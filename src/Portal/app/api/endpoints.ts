import { http, path, type Query } from './client';
import type * as accountSets from '@/account-sets/types';
import type * as audit from '@/audit/types';
import type * as boards from '@/boards/types';
import type * as catalog from '@/catalog/types';
import type * as checks from '@/checks/types';
import type * as channels from '@/channels/types';
import type * as configuration from '@/configuration/types';
import type * as flows from '@/flows/types';
import type * as jobs from '@/jobs/types';
import type * as licences from '@/licences/types';
import type * as news from '@/news/types';
import type * as operations from '@/operations/types';
import type * as pipelines from '@/pipelines/types';
import type * as products from '@/products/types';
import type * as reviews from '@/reviews/types';
import type * as sql from '@/sql/types';
import type * as tags from '@/tags/types';
import type * as t from './types';

const tenantPath = (tenant: string, ...rest: string[]) => path('tenants', tenant, ...rest);
const sitePath = (tenant: string, site: string, ...rest: string[]) => path('tenants', tenant, 'sites', site, ...rest);
const serverPath = (key: string, ...rest: string[]) => path('servers', key, ...rest);
const sqlPath = (tenant: string, ...rest: string[]) => tenantPath(tenant, 'sql', ...rest);
const typePath = (tenant: string, type: string, ...rest: string[]) => tenantPath(tenant, 'types', type, ...rest);
const boardPath = (tenant: string, ...rest: string[]) => tenantPath(tenant, 'boards', ...rest);
const configurationPath = (tenant: string | null, document: string, ...rest: string[]) => (tenant === null ? path('config', 'documents', document, ...rest) : tenantPath(tenant, 'config', document, ...rest));
const rulePath = (tenant: string | null, id: string) => (tenant === null ? path('rules', id) : tenantPath(tenant, 'rules', id));

export const api = {
  session: {
    get: () => http.get<t.User>('/session'),
    signIn: (user: string, password: string) => http.post<t.Session>('/session', { user, password }),
    signOut: () => http.delete('/session'),
    changePassword: (current: string, next: string) => http.post<void>('/session/password', { current, next }),
  },
  fleet: {
    get: (signal?: AbortSignal) => http.get<t.Fleet>('/fleet', {}, signal),
    agents: () => http.get<jobs.AgentCounts>('/fleet/agents'),
    rollouts: () => http.get<jobs.Rollout[]>('/fleet/rollouts'),
    startRollout: (id: string, spec: jobs.RolloutSpec) => http.post<jobs.Rollout>(path('fleet', 'rollouts', id), spec),
    stopRollout: (id: string) => http.post<jobs.Rollout>(path('fleet', 'rollouts', id, 'stop')),
  },
  tenants: {
    list: (query: Query = {}, signal?: AbortSignal) => http.get<t.Page<t.Tenant>>('/tenants', query, signal),
    get: (tenant: string) => http.get<t.Tenant>(tenantPath(tenant)),
    create: (body: { id: string; name: string; note: string | null }) => http.post<t.Tenant>('/tenants', body),
    update: (tenant: string, body: { name: string; note: string | null }, version: number) => http.put<t.Tenant>(tenantPath(tenant), body, version),
    delete: (tenant: string, version?: number) => http.delete(tenantPath(tenant), version),
    health: (tenant: string, signal?: AbortSignal) => http.get<t.TenantHealth>(tenantPath(tenant, 'health'), {}, signal),
  },
  sites: {
    list: (tenant: string, query: Query = {}) => http.get<t.Page<t.Site>>(tenantPath(tenant, 'sites'), query),
    get: (tenant: string, site: string) => http.get<t.Site>(sitePath(tenant, site)),
    create: (tenant: string, body: { id: string; name: string; location: string | null; timeZone: string | null }) =>
      http.post<t.Site>(tenantPath(tenant, 'sites'), body),
    update: (tenant: string, site: string, body: { name: string; location: string | null; timeZone: string | null }, version: number) =>
      http.put<t.Site>(sitePath(tenant, site), body, version),
    delete: (tenant: string, site: string, version?: number) => http.delete(sitePath(tenant, site), version),
    keys: (tenant: string, site: string) => http.get<t.ApiKey[]>(sitePath(tenant, site, 'keys')),
    createKey: (tenant: string, site: string, name: string) => http.post<t.CreatedKey>(sitePath(tenant, site, 'keys'), { name }),
    revokeKey: (tenant: string, site: string, key: string) => http.delete(sitePath(tenant, site, 'keys', key)),
  },
  servers: {
    list: (query: Query = {}, signal?: AbortSignal) => http.get<t.Page<t.ServerRow>>('/servers', query, signal),
    get: (key: string, signal?: AbortSignal) => http.get<t.Server>(serverPath(key), {}, signal),
    delete: (key: string) => http.delete(serverPath(key)),
    processes: (key: string) => http.get<t.ProcessTable | undefined>(serverPath(key, 'processes')),
    databases: (key: string) => http.get<t.DatabaseReport[]>(serverPath(key, 'databases')),
    logs: (key: string, query: Query, signal?: AbortSignal) => http.get<t.LogLine[]>(serverPath(key, 'logs'), query, signal),
    metrics: (key: string) => http.get<t.MetricInfo[]>(serverPath(key, 'metrics')),
    latest: (key: string, match: string, signal?: AbortSignal) => http.get<t.LatestValue[]>(serverPath(key, 'latest'), { match }, signal),
    livePath: (key: string) => serverPath(key, 'live'),
  },
  metrics: {
    query: (query: Query, signal?: AbortSignal) => http.get<t.Series>('/metrics/query', query, signal),
  },
  alarms: {
    list: (query: Query, signal?: AbortSignal) => http.get<t.Page<t.Alarm>>('/alarms', query, signal),
    acknowledge: (tenant: string, alarm: string, note: string | null) => http.post<t.Alarm>(tenantPath(tenant, 'alarms', alarm, 'acknowledge'), { note }),
    unacknowledge: (tenant: string, alarm: string) => http.delete<t.Alarm>(tenantPath(tenant, 'alarms', alarm, 'acknowledge')),
  },
  ledger: {
    list: (query: Query, signal?: AbortSignal) => http.get<t.Page<flows.Channel>>('/ledger', query, signal),
    get: (tenant: string, channel: string) => http.get<flows.Channel>(path('ledger', tenant, channel)),
    gaps: (tenant: string, channel: string, query: Query, signal?: AbortSignal) => http.get<t.Page<flows.Gap>>(path('ledger', tenant, channel, 'gaps'), query, signal),
    repair: (tenant: string, channel: string, gap: string) => http.post<flows.Gap>(path('ledger', tenant, channel, 'gaps', gap, 'repair')),
    accept: (tenant: string, channel: string, gap: string, note: string) => http.post<flows.Gap>(path('ledger', tenant, channel, 'gaps', gap, 'accept'), { note }),
    livePath: (tenant: string, channel: string) => path('ledger', tenant, channel, 'live'),
  },
  channels: {
    get: (tenant: string, channel: string) => http.get<channels.ChannelInfo>(tenantPath(tenant, 'channels', channel)),
    put: (tenant: string, channel: string, spec: channels.ChannelSpec, version?: number) => http.put<channels.ChannelInfo>(tenantPath(tenant, 'channels', channel), spec, version),
    pause: (tenant: string, channel: string) => http.post<channels.ChannelInfo>(tenantPath(tenant, 'channels', channel, 'pause')),
    resume: (tenant: string, channel: string) => http.post<channels.ChannelInfo>(tenantPath(tenant, 'channels', channel, 'resume')),
    drill: (tenant: string, channel: string, records: number) => http.post<void>(tenantPath(tenant, 'channels', channel, 'drill'), { records }),
    reasons: (tenant: string, channel: string, query: channels.LetterQuery, signal?: AbortSignal) => http.get<channels.LetterSummary>(tenantPath(tenant, 'channels', channel, 'letters', 'reasons'), { ...query }, signal),
    tryLetters: (tenant: string, channel: string, body: channels.ReplayDraft) => http.get<channels.LetterTrial>(tenantPath(tenant, 'channels', channel, 'letters', 'try'), { ...body }),
    replays: (tenant: string, channel: string) => http.get<channels.Replay[]>(tenantPath(tenant, 'channels', channel, 'replays')),
    replay: (tenant: string, channel: string, body: channels.ReplayDraft) => http.post<channels.Replay>(tenantPath(tenant, 'channels', channel, 'replays'), body),
    cancelReplay: (tenant: string, channel: string, replay: number) => http.delete(tenantPath(tenant, 'channels', channel, 'replays', String(replay))),
  },
  catalog: {
    search: (query: Query, signal?: AbortSignal) => http.get<t.Page<catalog.Entity>>('/catalog', query, signal),
    get: (tenant: string, entity: string) => http.get<catalog.EntityView>(path('catalog', tenant, entity)),
    neighbourhood: (tenant: string, entity: string, distance: number) => http.get<catalog.Neighbourhood>(path('catalog', tenant, entity, 'neighbourhood'), { distance }),
    describe: (tenant: string, entity: string, body: { layer: catalog.EntityLayer; owner: string | null; description: string | null }, version: number) =>
      http.put<catalog.Entity>(path('catalog', tenant, entity), body, version),
  },
  boards: {
    list: (tenant: string, signal?: AbortSignal) => http.get<boards.BoardSummary[]>(boardPath(tenant), {}, signal),
    get: (tenant: string, board: string, signal?: AbortSignal) => http.get<boards.BoardInfo>(boardPath(tenant, board), {}, signal),
    put: (tenant: string, board: string, definition: boards.BoardDefinition, version: number | null) => http.put<boards.BoardInfo>(boardPath(tenant, board), definition, version),
    delete: (tenant: string, board: string, version?: number) => http.delete(boardPath(tenant, board), version),
    check: (tenant: string, definition: boards.BoardDefinition) => http.post<{ problems: boards.BoardProblem[] }>(boardPath(tenant, 'check'), definition),
    livePath: (tenant: string, board: string) => boardPath(tenant, board, 'live'),
    links: (tenant: string, board: string, signal?: AbortSignal) => http.get<boards.BoardLink[]>(boardPath(tenant, board, 'links'), {}, signal),
    changes: (tenant: string, board: string, signal?: AbortSignal) => http.get<boards.BoardChange[]>(boardPath(tenant, board, 'changes'), {}, signal),
    createLink: (tenant: string, board: string, body: { name: string; days: number | null }) => http.post<boards.CreatedBoardLink>(boardPath(tenant, board, 'links'), body),
    revokeLink: (tenant: string, board: string, link: string) => http.delete(boardPath(tenant, board, 'links', link)),
    shared: (token: string, signal?: AbortSignal) => http.get<boards.SharedBoard>(path('public', 'boards', token), {}, signal),
    sharedLivePath: (token: string) => path('public', 'boards', token, 'live'),
  },
  sql: {
    run: (tenant: string, text: string, rowsLimit: number | null, signal?: AbortSignal) => http.post<sql.SqlAnswer>(sqlPath(tenant), { text, rowsLimit }, { signal }),
    check: (tenant: string, text: string) => http.post<{ problems: sql.SqlProblem[] }>(sqlPath(tenant, 'check'), { text }),
    complete: (tenant: string, text: string, offset: number) => http.post<sql.SqlCompletion>(sqlPath(tenant, 'complete'), { text, offset }),
    relations: (tenant: string, signal?: AbortSignal) => http.get<sql.RelationInfo[]>(sqlPath(tenant, 'relations'), {}, signal),
    relation: (tenant: string, name: string, signal?: AbortSignal) => http.get<sql.RelationView>(sqlPath(tenant, 'relations', name), {}, signal),
    rows: (tenant: string, name: string, limit: number, key: readonly string[], signal?: AbortSignal) => http.get<sql.SqlResult>(sqlPath(tenant, 'relations', name, 'rows'), { limit, key }, signal),
    letters: (tenant: string, name: string, limit: number, cursor: string | null, signal?: AbortSignal) => http.get<t.Page<sql.SqlLetter>>(sqlPath(tenant, 'relations', name, 'letters'), { limit, cursor }, signal),
    pause: (tenant: string, name: string) => http.post<sql.RelationInfo>(sqlPath(tenant, 'relations', name, 'pause')),
    resume: (tenant: string, name: string) => http.post<sql.RelationInfo>(sqlPath(tenant, 'relations', name, 'resume')),
    pipelines: (tenant: string, signal?: AbortSignal) => http.get<pipelines.PipelineInfo[]>(sqlPath(tenant, 'pipelines'), {}, signal),
    pipeline: (tenant: string, name: string, signal?: AbortSignal) => http.get<pipelines.PipelineView>(sqlPath(tenant, 'pipelines', name), {}, signal),
    sourceChanges: (tenant: string, signal?: AbortSignal) => http.get<pipelines.SourceChange[]>(sqlPath(tenant, 'source-changes'), {}, signal),
    candidate: (tenant: string, name: string, limit: number, signal?: AbortSignal) => http.get<pipelines.SqlCandidate>(sqlPath(tenant, 'relations', name, 'candidate'), { limit }, signal),
    putCandidate: (tenant: string, name: string, text: string) => http.put<pipelines.SqlCandidate>(sqlPath(tenant, 'relations', name, 'candidate'), { text }),
    dropCandidate: (tenant: string, name: string) => http.delete(sqlPath(tenant, 'relations', name, 'candidate')),
    switchCandidate: (tenant: string, name: string) => http.post<sql.RelationInfo>(sqlPath(tenant, 'relations', name, 'candidate', 'switch')),
    rewind: (tenant: string, name: string, to: pipelines.RewindTo, empties: boolean) => http.post<pipelines.SqlRewound>(sqlPath(tenant, 'relations', name, 'rewind'), { ...to, empties }),
    append: (tenant: string, name: string, rows: unknown[]) => http.post<{ rows: number }>(sqlPath(tenant, 'relations', name, 'rows'), { rows }),
    subscribePath: (tenant: string) => sqlPath(tenant, 'subscribe'),
  },
  tags: {
    types: (tenant: string, signal?: AbortSignal) => http.get<tags.ObjectType[]>(tenantPath(tenant, 'types'), {}, signal),
    putType: (tenant: string, type: string, body: { title: tags.TagTitle; facts: tags.TagFacts[] }, version?: number) => http.put<tags.ObjectType>(typePath(tenant, type), body, version),
    deleteType: (tenant: string, type: string) => http.delete(typePath(tenant, type)),
    list: (tenant: string, type: string, signal?: AbortSignal) => http.get<tags.Tag[]>(typePath(tenant, type, 'tags'), {}, signal),
    get: (tenant: string, type: string, tag: string, signal?: AbortSignal) => http.get<tags.TagView>(typePath(tenant, type, 'tags', tag), {}, signal),
    put: (tenant: string, type: string, tag: string, draft: tags.TagDraft, version?: number) => http.put<tags.Tag>(typePath(tenant, type, 'tags', tag), draft, version),
    delete: (tenant: string, type: string, tag: string) => http.delete(typePath(tenant, type, 'tags', tag)),
    try: (tenant: string, type: string, tag: string, draft: tags.TagDraft, signal?: AbortSignal) => http.post<tags.TagTrial>(typePath(tenant, type, 'tags', tag, 'try'), draft, { signal }),
    values: (tenant: string, type: string, tag: string, signal?: AbortSignal) => http.get<tags.TagSpread>(typePath(tenant, type, 'tags', tag, 'values'), {}, signal),
    members: (tenant: string, type: string, tag: string, query: Query, signal?: AbortSignal) => http.get<t.Page<string>>(typePath(tenant, type, 'tags', tag, 'members'), query, signal),
    setMembers: (tenant: string, type: string, tag: string, members: tags.TagMember[]) => http.post<{ rows: number }>(typePath(tenant, type, 'tags', tag, 'members'), { members }),
    ofObject: (tenant: string, type: string, object: string, signal?: AbortSignal) => http.get<tags.ObjectTags>(typePath(tenant, type, 'objects', object, 'tags'), {}, signal),
    ofObjects: (tenant: string, type: string, objects: string[], signal?: AbortSignal) => http.post<tags.ObjectTags[]>(typePath(tenant, type, 'objects', 'tags'), { objects }, { signal }),
    why: (tenant: string, type: string, object: string, tag: string) => http.get<tags.TagReason>(typePath(tenant, type, 'objects', object, 'tags', tag, 'why')),
    peers: (tenant: string, type: string, object: string, signal?: AbortSignal) => http.get<tags.TagPeers>(typePath(tenant, type, 'objects', object, 'peers'), {}, signal),
    timeline: (tenant: string, type: string, object: string, signal?: AbortSignal) => http.get<tags.TagTimeline>(typePath(tenant, type, 'objects', object, 'timeline'), {}, signal),
  },
  segments: {
    list: (tenant: string, type: string, signal?: AbortSignal) => http.get<tags.Segment[]>(typePath(tenant, type, 'segments'), {}, signal),
    get: (tenant: string, type: string, segment: string, signal?: AbortSignal) => http.get<tags.SegmentView>(typePath(tenant, type, 'segments', segment), {}, signal),
    put: (tenant: string, type: string, segment: string, draft: tags.SegmentDraft, version?: number) => http.put<tags.Segment>(typePath(tenant, type, 'segments', segment), draft, version),
    delete: (tenant: string, type: string, segment: string) => http.delete(typePath(tenant, type, 'segments', segment)),
    try: (tenant: string, type: string, expression: string, signal?: AbortSignal) => http.post<tags.SegmentTrial>(typePath(tenant, type, 'segments', 'try'), { expression }, { signal }),
    overlaps: (tenant: string, type: string, expressions: string[], signal?: AbortSignal) => http.post<{ both: number[][] }>(typePath(tenant, type, 'segments', 'overlaps'), { expressions }, { signal }),
    members: (tenant: string, type: string, segment: string, query: Query, signal?: AbortSignal) => http.get<t.Page<string>>(typePath(tenant, type, 'segments', segment, 'members'), query, signal),
    addHook: (tenant: string, type: string, segment: string, body: { url: string; secret: string | null }) => http.post<tags.SegmentHook>(typePath(tenant, type, 'segments', segment, 'webhooks'), body),
    removeHook: (tenant: string, type: string, segment: string, hook: string) => http.delete(typePath(tenant, type, 'segments', segment, 'webhooks', hook)),
    subscribePath: (tenant: string, type: string, segment: string) => typePath(tenant, type, 'segments', segment, 'subscribe'),
  },
  checks: {
    list: (tenant: string, signal?: AbortSignal) => http.get<checks.Check[]>(tenantPath(tenant, 'checks'), {}, signal),
    get: (tenant: string, check: string) => http.get<checks.Check>(tenantPath(tenant, 'checks', check)),
    put: (tenant: string, check: string, spec: checks.CheckSpec, version?: number) => http.put<checks.Check>(tenantPath(tenant, 'checks', check), spec, version),
    delete: (tenant: string, check: string, version?: number) => http.delete(tenantPath(tenant, 'checks', check), version),
    run: (tenant: string, check: string) => http.post<{ number: number }>(tenantPath(tenant, 'checks', check, 'runs')),
    runs: (tenant: string, check: string, limit: number) => http.get<checks.CheckSummary[]>(tenantPath(tenant, 'checks', check, 'runs'), { limit }),
    result: (tenant: string, check: string, run: number) => http.get<checks.CheckRun>(tenantPath(tenant, 'checks', check, 'runs', String(run))),
  },
  jobs: {
    list: (tenant: string, signal?: AbortSignal) => http.get<jobs.Job[]>(tenantPath(tenant, 'jobs'), {}, signal),
    get: (tenant: string, job: string) => http.get<jobs.Job>(tenantPath(tenant, 'jobs', job)),
    put: (tenant: string, job: string, spec: jobs.JobSpec, version?: number) => http.put<jobs.Job>(tenantPath(tenant, 'jobs', job), spec, version),
    delete: (tenant: string, job: string, version?: number) => http.delete(tenantPath(tenant, 'jobs', job), version),
    ask: (tenant: string, job: string, action: jobs.JobAction) => http.post<jobs.Job>(tenantPath(tenant, 'jobs', job, action)),
    throttle: (tenant: string, job: string, change: jobs.JobThrottle) => http.put<jobs.Job>(tenantPath(tenant, 'jobs', job, 'throttle'), change),
    step: (tenant: string, job: string, step: jobs.JobStepAction, sourceIsStopped: boolean) => http.post<jobs.Job>(tenantPath(tenant, 'jobs', job, step), { sourceIsStopped }),
    runs: (tenant: string, job: string, limit: number) => http.get<jobs.JobRun[]>(tenantPath(tenant, 'jobs', job, 'runs'), { limit }),
    rejects: (tenant: string, job: string) => http.get<jobs.JobRejects>(tenantPath(tenant, 'jobs', job, 'rejects')),
    livePath: (tenant: string, job: string) => tenantPath(tenant, 'jobs', job, 'live'),
    certificatePath: (tenant: string, job: string, run: number) => tenantPath(tenant, 'jobs', job, 'runs', String(run), 'certificate', 'page'),
  },
  configurations: {
    list: (signal?: AbortSignal) => http.get<configuration.Summary[]>('/config/documents', {}, signal),
    get: (tenant: string | null, document: string, signal?: AbortSignal) => http.get<configuration.Info>(configurationPath(tenant, document), {}, signal),
    layer: (tenant: string | null, document: string, layer: string) => http.get<configuration.Layer>(configurationPath(tenant, document, 'layers', layer)),
    write: (tenant: string | null, document: string, layer: string, edit: { text: string; comment: string | null; isDraft: boolean; rollout: configuration.Rollout | null }, version: number) =>
      http.put<configuration.Change>(configurationPath(tenant, document, 'layers', layer), edit, version === 0 ? null : version),
    rollback: (tenant: string | null, document: string, layer: string, version: number, seen: number) =>
      http.post<configuration.Change>(configurationPath(tenant, document, 'layers', layer, 'rollback'), { version }, { version: seen === 0 ? null : seen }),
    history: (tenant: string | null, document: string, signal?: AbortSignal) => http.get<configuration.Change[]>(configurationPath(tenant, document, 'versions'), { limit: 50 }, signal),
    version: (tenant: string | null, document: string, version: number) => http.get<configuration.Version>(configurationPath(tenant, document, 'versions', String(version))),
    differences: (tenant: string | null, document: string, from: number, to: number) => http.get<configuration.Difference[]>(configurationPath(tenant, document, 'differences'), { from, to }),
    ask: (tenant: string | null, document: string, version: number, action: 'start' | 'approve' | 'stop') => http.post<configuration.Change>(configurationPath(tenant, document, 'versions', String(version), action)),
    effective: (tenant: string, document: string, site: string, server: string) => http.get<configuration.Effective>(configurationPath(tenant, document, 'effective'), { site, server }),
    servers: (tenant: string, document: string, signal?: AbortSignal, site?: string) => http.get<configuration.ServerRow[]>(configurationPath(tenant, document, 'servers'), { site }, signal),
    define: (document: string, definition: configuration.Definition, version: number | null) => http.put<configuration.Summary>(path('config', 'documents', document), definition, version),
    namespaces: (signal?: AbortSignal) => http.get<configuration.Namespace[]>('/config/namespaces', {}, signal),
    putNamespace: (name: string, settings: { needsApproval: boolean; product: string | null }) => http.put<unknown>(path('config', 'namespaces', name), settings),
  },
  silences: {
    list: (tenant: string) => http.get<t.Silence[]>(tenantPath(tenant, 'silences')),
    create: (tenant: string, draft: t.SilenceDraft) => http.post<t.Silence>(tenantPath(tenant, 'silences'), draft),
    end: (tenant: string, id: string) => http.delete(tenantPath(tenant, 'silences', id)),
  },
  webhooks: {
    list: (tenant: string) => http.get<t.Webhook[]>(tenantPath(tenant, 'webhooks')),
    set: (tenant: string, webhooks: t.WebhookDraft[]) => http.put<t.Webhook[]>(tenantPath(tenant, 'webhooks'), webhooks),
  },
  rules: {
    list: (tenant: string | null, signal?: AbortSignal) => http.get<t.Rule[]>('/rules', { tenant }, signal),
    set: (tenant: string | null, rule: Omit<t.Rule, 'version' | 'origin'>, version: number | null) => {
      // The id stands in the path alone.
      const { id, ...body } = rule;
      return http.put<t.Rule>(rulePath(tenant, id), body, version);
    },
    delete: (tenant: string | null, id: string, version?: number) => http.delete(rulePath(tenant, id), version),
  },
  reviews: {
    forms: (tenant: string) => http.get<reviews.ReviewForm[]>(tenantPath(tenant, 'review-forms')),
    form: (tenant: string, form: string) => http.get<reviews.ReviewForm>(tenantPath(tenant, 'review-forms', form)),
    putForm: (tenant: string, form: string, draft: reviews.FormDraft, version: number | null) => http.put<reviews.ReviewForm>(tenantPath(tenant, 'review-forms', form), draft, version),
    setFormState: (tenant: string, form: string, state: reviews.FormState, version: number) => http.post<reviews.ReviewForm>(tenantPath(tenant, 'review-forms', form, 'state'), { state }, { version }),
    deleteForm: (tenant: string, form: string, version: number) => http.delete(tenantPath(tenant, 'review-forms', form), version),
    versions: (tenant: string, form: string) => http.get<{ version: number; draft: reviews.FormDraft; user: string; at: string }[]>(tenantPath(tenant, 'review-forms', form, 'versions')),
    list: (tenant: string, query: Query, signal?: AbortSignal) => http.get<t.Page<reviews.Review>>(tenantPath(tenant, 'reviews'), query, signal),
    get: (tenant: string, review: string) => http.get<reviews.Review>(tenantPath(tenant, 'reviews', review)),
    moderate: (tenant: string, review: string, body: { state: reviews.ModerationState; reason: string | null }, version: number) => http.post<reviews.Review>(tenantPath(tenant, 'reviews', review, 'moderation'), body, { version }),
    reply: (tenant: string, review: string, text: string, version: number) => http.post<reviews.Review>(tenantPath(tenant, 'reviews', review, 'reply'), { text }, { version }),
    assign: (tenant: string, review: string, body: { owner: string | null; hours: number }, version: number) => http.post<reviews.Review>(tenantPath(tenant, 'reviews', review, 'task'), body, { version }),
    results: (tenant: string, query: Query, signal?: AbortSignal) => http.get<reviews.Results>(tenantPath(tenant, 'reviews', 'results'), query, signal),
    screenshotPath: (tenant: string, review: string, question: string) => `/api/v1${tenantPath(tenant, 'reviews', review, 'screenshots', question)}`,
  },
  news: {
    list: (tenant: string, signal?: AbortSignal) => http.get<news.NewsSummary[]>(tenantPath(tenant, 'news'), {}, signal),
    get: (tenant: string, id: string, signal?: AbortSignal) => http.get<news.News>(tenantPath(tenant, 'news', id), {}, signal),
    put: (tenant: string, id: string, draft: news.NewsDraft, version: number | null) => http.put<news.News>(tenantPath(tenant, 'news', id), draft, version),
    delete: (tenant: string, id: string) => http.delete(tenantPath(tenant, 'news', id)),
    move: (tenant: string, id: string, move: 'submit' | 'approve' | 'reject' | 'recall' | 'resend', body: object, version: number | null) => http.post<news.News>(tenantPath(tenant, 'news', id, move), body, { version }),
    funnel: (tenant: string, id: string, signal?: AbortSignal) => http.get<news.Funnel>(tenantPath(tenant, 'news', id, 'funnel'), {}, signal),
    versions: (tenant: string, id: string) => http.get<news.NewsVersion[]>(tenantPath(tenant, 'news', id, 'versions')),
    preview: (tenant: string, markdown: string, signal?: AbortSignal) => http.post<{ html: string }>(tenantPath(tenant, 'news', 'preview'), { markdown }, { signal }),
    size: (tenant: string, audience: news.NewsAudience, signal?: AbortSignal) => http.post<news.AudienceSize>(tenantPath(tenant, 'news', 'audience'), audience, { signal }),
    attach: (tenant: string, id: string, file: File, version: number) => http.upload<news.News>(tenantPath(tenant, 'news', id, 'files', file.name), file, version),
    detach: (tenant: string, id: string, file: string, version: number) => http.delete<news.News>(tenantPath(tenant, 'news', id, 'files', file), version),
    filePath: (tenant: string, id: string, file: string) => `/api/v1${tenantPath(tenant, 'news', id, 'files', file)}`,
    settings: (tenant: string) => http.get<news.NewsSettings>(tenantPath(tenant, 'news-settings')),
    putSettings: (tenant: string, settings: news.NewsSettings) => http.put<news.NewsSettings>(tenantPath(tenant, 'news-settings'), settings, settings.version),
    types: (tenant: string) => http.get<{ id: string; title: { zh: string; en: string } }[]>(tenantPath(tenant, 'types')),
    segments: (tenant: string, type: string) => http.get<{ id: string; title: { zh: string; en: string }; size: number }[]>(tenantPath(tenant, 'types', type, 'segments')),
  },
  inbox: {
    open: (language: string, signal?: AbortSignal) => http.get<news.Inbox>('/inbox', { language }, signal),
    unread: () => http.get<{ unread: number }>('/inbox/unread'),
    mark: (article: string, step: 'read' | 'clicked') => http.post<void>(path('inbox', article, step)),
    filePath: (article: string, file: string) => `/api/v1${path('inbox', article, 'files', file)}`,
  },
  licences: {
    list: (tenant: string | null, query: Query, signal?: AbortSignal) => http.get<t.Page<licences.LicenceSummary>>(tenant === null ? '/licences' : tenantPath(tenant, 'licences'), query, signal),
    get: (tenant: string, licence: string) => http.get<licences.Licence>(tenantPath(tenant, 'licences', licence)),
    put: (tenant: string, licence: string, terms: licences.LicenceDraft, version: number | null) => http.put<licences.Licence>(tenantPath(tenant, 'licences', licence), terms, version),
    revoke: (tenant: string, licence: string, reason: string) => http.post<licences.Licence>(tenantPath(tenant, 'licences', licence, 'revoke'), { reason }),
    revisions: (tenant: string, licence: string) => http.get<licences.LicenceRevision[]>(tenantPath(tenant, 'licences', licence, 'revisions')),
    usage: (tenant: string, licence: string) => http.get<licences.LicenceUsage>(tenantPath(tenant, 'licences', licence, 'usage')),
    filePath: (tenant: string, licence: string) => `/api/v1${tenantPath(tenant, 'licences', licence, 'file')}`,
    keys: () => http.get<licences.LicenceKey[]>('/licences/keys'),
  },
  audit: {
    list: (tenant: string | null, query: Query, signal?: AbortSignal) => http.get<t.Page<audit.AuditRecord>>(tenant === null ? '/audit' : tenantPath(tenant, 'audit'), query, signal),
  },
  products: {
    list: (signal?: AbortSignal) => http.get<products.Product[]>('/products', {}, signal),
    put: (id: string, draft: products.ProductDraft, version: number | null) => http.put<products.Product>(path('products', id), draft, version),
    delete: (id: string, version: number) => http.delete(path('products', id), version),
  },
  accountSets: {
    list: (query: Query, signal?: AbortSignal) => http.get<t.Page<accountSets.AccountSetSummary>>('/account-sets', query, signal),
    ofSite: (tenant: string, site: string, signal?: AbortSignal) => http.get<accountSets.AccountSet[]>(sitePath(tenant, site, 'account-sets'), {}, signal),
    put: (tenant: string, site: string, number: string, facts: accountSets.AccountSetFacts, version: number | null) => http.put<accountSets.AccountSet>(sitePath(tenant, site, 'account-sets', number), facts, version),
    delete: (tenant: string, site: string, number: string, version: number) => http.delete(sitePath(tenant, site, 'account-sets', number), version),
  },
  operations: {
    open: (query: Query, signal?: AbortSignal) => http.get<t.Page<operations.Operation>>('/operations', query, signal),
    settings: (signal?: AbortSignal) => http.get<operations.OperationSettings>('/operations/settings', {}, signal),
    putSettings: (settings: operations.OperationSettings) => http.put<operations.OperationSettings>('/operations/settings', settings),
    ofSite: (tenant: string, site: string, signal?: AbortSignal) => http.get<operations.Operation[]>(sitePath(tenant, site, 'operations'), {}, signal),
    agents: (tenant: string, site: string, signal?: AbortSignal) => http.get<operations.OperationAgent[]>(sitePath(tenant, site, 'agents'), {}, signal),
    ask: (tenant: string, site: string, request: operations.OperationRequest) => http.post<operations.Operation>(sitePath(tenant, site, 'operations'), request),
    act: (tenant: string, site: string, id: string, action: 'approve' | 'cancel') => http.post<operations.Operation>(sitePath(tenant, site, 'operations', id, action), {}),
    archivePath: (tenant: string, site: string, id: string) => `/api/v1${sitePath(tenant, site, 'operations', id, 'archive')}`,
  },
  users: {
    list: (query: Query = {}) => http.get<t.Page<t.User>>('/users', query),
    create: (body: { name: string; displayName: string; role: t.Role; tenant: string | null; password: string }) => http.post<t.User>('/users', body),
    update: (name: string, body: { displayName: string; role: t.Role; tenant: string | null }, version: number) =>
      http.put<t.User>(path('users', name), body, version),
    delete: (name: string, version?: number) => http.delete(path('users', name), version),
    setPassword: (name: string, password: string) => http.post<void>(path('users', name, 'password'), { password }),
  },
  cluster: {
    get: (signal?: AbortSignal) => http.get<t.Cluster>('/cluster', {}, signal),
    shards: (signal?: AbortSignal) => http.get<t.ShardMap>('/cluster/shards', {}, signal),
    silo: (silo: string, signal?: AbortSignal) => http.get<t.SiloDetail>(path('cluster', 'silos', silo), {}, signal),
    grains: (signal?: AbortSignal) => http.get<t.GrainTypeRow[]>('/cluster/grains', {}, signal),
    methods: (signal?: AbortSignal) => http.get<t.MethodRow[]>('/cluster/methods', {}, signal),
    history: (signal?: AbortSignal) => http.get<t.ClusterEvent[]>('/cluster/history', {}, signal),
    reminders: (signal?: AbortSignal) => http.get<t.Reminders>('/cluster/reminders', {}, signal),
    drain: (silo: string, reason: string) => http.post<t.Leaving>(path('cluster', 'silos', silo, 'drain'), { reason }),
    restart: (silo: string, reason: string, unsupervised: boolean) => http.post<t.Leaving>(path('cluster', 'silos', silo, 'restart'), { reason, unsupervised }),
  },
  about: () => http.get<t.About>('/about'),
};

/** All pages of a list, up to a bound; `complete` says whether the bound cut it. */
export async function all<T>(load: (cursor: string | null) => Promise<t.Page<T>>, itemsMax: number): Promise<{ items: T[]; total: number; complete: boolean }> {
  const items: T[] = [];
  let cursor: string | null = null;
  let total = 0;
  do {
    const page: t.Page<T> = await load(cursor);
    items.push(...page.items);
    total = page.total;
    cursor = page.next;
  } while (cursor !== null && items.length < itemsMax);
  return { items, total, complete: cursor === null };
}
