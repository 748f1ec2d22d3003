// The shapes of the web API, as docs/reference/api.md gives them.

export type Role = 'viewer' | 'tenantAdministrator' | 'operator' | 'administrator';
export type Status = 'healthy' | 'degraded' | 'critical' | 'silent';
export type Severity = 'information' | 'warning' | 'critical';
export type AlarmState = 'firing' | 'acknowledged' | 'resolved';
export type Comparison = 'above' | 'below';
export type MatchKind = 'equal' | 'notEqual' | 'matches' | 'notMatches';
export type Signal = 'value' | 'anomaly' | 'rate';
export type SeriesFunction = 'last' | 'average' | 'minimum' | 'maximum' | 'sum' | 'count' | 'rate' | 'increase';
export type Labels = Record<string, string>;

export interface Page<T> {
  items: T[];
  next: string | null;
  total: number;
}

export interface User {
  name: string;
  displayName: string;
  role: Role;
  tenant: string | null;
  createdAt: string;
  lastSignInAt: string | null;
  version: number;
}

export interface Session {
  token: string;
  expiresAt: string;
  user: User;
}

export interface Tenant {
  id: string;
  name: string;
  note: string | null;
  sites: number;
  createdAt: string;
  version: number;
}

export interface Site {
  id: string;
  tenant: string;
  name: string;
  location: string | null;
  timeZone: string | null;
  servers: number;
  createdAt: string;
  version: number;
}

export interface ApiKey {
  id: string;
  tenant: string;
  site: string;
  name: string;
  createdBy: string;
  createdAt: string;
  revokedAt: string | null;
}

export interface CreatedKey {
  text: string;
  info: ApiKey;
}

export interface Cause {
  kind: string;
  text: string;
  code: string;
  arguments: Record<string, string>;
  penalty: number;
  since: string;
  severity: Severity;
  alarm: string | null;
}

export interface Health {
  server: string;
  score: number;
  status: Status;
  causes: Cause[];
  unwellSince: string | null;
  lastSampleAt: string | null;
  headline: Record<string, number>;
  series: number;
  computedAt: string;
}

export interface DiskInfo {
  mount: string;
  device: string;
  fileSystem: string;
  sizeBytes: number;
}

export interface Registration {
  agent: string;
  hostName: string;
  operatingSystem: string;
  kernel: string;
  architecture: string;
  cpuModel: string;
  cpuCores: number;
  cpuMegahertz: number;
  memoryBytes: number;
  swapBytes: number;
  bootedAt: string | null;
  disks: DiskInfo[];
  addresses: string[];
  facts: Record<string, string>;
}

export interface Server {
  id: string;
  tenant: string;
  site: string;
  registration: Registration | null;
  createdAt: string;
  registeredAt: string | null;
  version: number;
  health: Health;
}

export interface ServerRow {
  key: string;
  tenant: string;
  tenantName: string;
  site: string;
  siteName: string;
  id: string;
  operatingSystem: string | null;
  health: Health;
}

export interface Counts {
  healthy: number;
  degraded: number;
  critical: number;
  silent: number;
  all: number;
}

export interface SiteHealth {
  site: string;
  score: number;
  status: Status;
  counts: Counts;
}

export interface TenantHealth {
  tenant: string;
  score: number;
  sites: SiteHealth[];
  counts: Counts;
  worst: Health[];
  computedAt: string;
}

export interface Fleet {
  score: number;
  counts: Counts;
  tenants: TenantHealth[];
  worst: Health[];
  computedAt: string;
}

export interface Alarm {
  id: string;
  key: string;
  tenant: string;
  server: string;
  ruleId: string;
  ruleName: string;
  severity: Severity;
  state: AlarmState;
  silenced: boolean;
  labels: Labels;
  value: number;
  valueWorst: number;
  threshold: number;
  comparison: Comparison;
  text: string;
  since: string;
  firedAt: string;
  resolvedAt: string | null;
  acknowledgedBy: string | null;
  acknowledgedAt: string | null;
  note: string | null;
}

export interface Matcher {
  label: string;
  kind: MatchKind;
  value: string;
}

export interface Rule {
  id: string;
  name: string;
  matchers: Matcher[];
  signal: Signal;
  comparison: Comparison;
  threshold: number;
  recovery: number | null;
  forSeconds: number;
  severity: Severity;
  penalty: number | null;
  enabled: boolean;
  description: string | null;
  version: number;
  origin: 'vendor' | 'tenant';
}

export interface Silence {
  id: string;
  server: string | null;
  ruleId: string | null;
  reason: string;
  startsAt: string;
  endsAt: string;
  createdBy: string;
}

export interface SilenceDraft {
  server: string | null;
  ruleId: string | null;
  reason: string;
  startsAt: string | null;
  endsAt: string;
}

export interface Webhook {
  url: string;
  severityMin: Severity;
  signed: boolean;
  delivered: number;
  failed: number;
  lastStatus: string | null;
  lastAt: string | null;
}

export interface WebhookDraft {
  url: string;
  severityMin: Severity;
  secret: string | null;
}

export interface ProcessRow {
  id: number;
  name: string;
  user: string;
  cpuPercent: number;
  residentBytes: number;
  threads: number;
  state: string;
  startedAt: string | null;
  command: string;
  watched: boolean;
}

export interface ProcessTable {
  at: string;
  total: number;
  threads: number;
  processes: ProcessRow[];
}

export interface SlowStatement {
  text: string;
  calls: number;
  totalMilliseconds: number;
  meanMilliseconds: number;
  maxMilliseconds: number;
}

export interface DatabaseReport {
  name: string;
  engine: string;
  version: string;
  at: string;
  variables: Record<string, string>;
  sizes: Record<string, number>;
  slowStatements: SlowStatement[];
  error: string | null;
}

export interface LogLine {
  id: string;
  at: string;
  level: string;
  source: string;
  text: string;
  attributes: Record<string, string> | null;
}

export interface MetricInfo {
  name: string;
  series: number;
}

export interface LatestValue {
  labels: Labels;
  at: number;
  value: number;
  anomaly: number | null;
}

export interface SeriesPoints {
  labels: Labels;
  values: (number | null)[];
}

export interface Series {
  start: number;
  step: number;
  points: number;
  resolution: string;
  series: SeriesPoints[];
}

export interface About {
  version: string;
  startedAt: string;
  data: Record<string, unknown>;
  grains: { type: string; active: number }[];
  /** Only for the vendor's people. */
  ingest: Record<string, number> | null;
}

export type SiloState = 'active' | 'suspect' | 'draining' | 'left' | 'dead';

/** Microseconds that these shares of the calls stayed under. */
export interface Latency {
  p50: number;
  p95: number;
  p99: number;
}

export interface SiloFigures {
  /** What rates, shares and percentiles are of. */
  intervalSeconds: number;
  uptimeSeconds: number;
  cpuPercent: number;
  processors: number;
  workingSetBytes: number;
  memoryLimitBytes: number;
  heapBytes: number;
  allocatedBytesPerSecond: number;
  pausePercent: number;
  collections: number[];
  poolThreads: number;
  poolQueueLength: number;
  activations: number;
  pendingCalls: number;
  callsPerSecond: number;
  failedPerSecond: number;
  timedOutPerSecond: number;
  latencyMicroseconds: Latency | null;
  mailboxDepth: number;
  mailboxDepthMax: number;
  machine: string;
  processId: number;
  framework: string;
  supervisor: string | null;
}

export interface Silo {
  /** name@generation */
  id: string;
  name: string;
  generation: number;
  address: string;
  state: SiloState;
  self: boolean;
  build: string;
  startedAt: string;
  changedAt: string;
  reason: string;
  leaseAgeSeconds: number | null;
  shards: number;
  problem: string | null;
  figures: SiloFigures | null;
}

export interface Cluster {
  at: string;
  cluster: string | null;
  self: string | null;
  leaseSeconds: number | null;
  /** Null: never read. */
  storeAgeSeconds: number | null;
  storeError: string | null;
  shards: { all: number; owned: number; free: number; orphaned: number };
  totals: {
    live: number;
    answering: number;
    activations: number;
    callsPerSecond: number;
    failedPerSecond: number;
    timedOutPerSecond: number;
    pendingCalls: number;
    mailboxDepth: number;
    latencyMicroseconds: Latency | null;
  };
  silos: Silo[];
}

export interface ShardMap {
  silos: string[];
  /** By number of the shard: its owner's place in `silos`; -1 where it is free. */
  owners: number[];
  terms: number[];
}

export interface GrainTypeRow {
  type: string;
  activations: number;
  created: number;
  createdPerSecond: number;
  activationsFailed: number;
  callsOverloaded: number;
  calls: number;
  callsPerSecond: number;
  failedPerSecond: number;
  timedOutPerSecond: number;
  latencyMicroseconds: Latency | null;
  slowest: { method: string; p99Microseconds: number }[];
  mailboxDepth: number;
  mailboxDepthMax: number;
  mailboxDepthMaxKey: string | null;
  places: { silo: string; activations: number }[];
}

export interface MethodRow {
  type: string | null;
  interface: string;
  method: string;
  calls: number;
  callsFailed: number;
  callsTimedOut: number;
  callsPerSecond: number;
  failedPerSecond: number;
  timedOutPerSecond: number;
  latencyMicroseconds: Latency | null;
  meanMicroseconds: number;
  longestMicroseconds: number;
  durations?: { fromMicroseconds: number; calls: number }[];
}

export interface SiloDetail {
  silo: Silo;
  shards: number[];
  grains: GrainTypeRow[];
  methods: MethodRow[];
}

export interface ClusterEvent {
  at: string;
  silo: string;
  kind: 'joined' | 'draining' | 'left' | 'dead';
  reason: string;
  build: string;
}

export interface ReminderFires {
  due: number;
  ran: number;
  failed: number;
  missed: number;
  late: number;
  repeated: number;
  overdue: number;
  lost: number;
}

export interface ReminderTypeAccount extends ReminderFires {
  grainType: string;
  reminders: number;
  waiting: number;
}

export interface Reminders {
  types: ReminderTypeAccount[] | null;
  problem: string | null;
  silos: (ReminderFires & { silo: string; running: number })[];
}

export interface Leaving {
  silo: string;
  exitCode: number;
  supervisor: string | null;
}
