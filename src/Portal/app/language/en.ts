export default {
  common: {
    all: 'All', apply: 'Apply', cancel: 'Cancel', close: 'Close', copied: 'Copied', copy: 'Copy', create: 'Create', delete: 'Delete', edit: 'Edit', empty: 'Nothing here yet', loading: 'Loading', none: 'None', no: 'No', yes: 'Yes',
    nothingMatches: 'Nothing matches.', optional: 'optional', retry: 'Try again', save: 'Save', search: 'Search', showMore: 'Show more ({n} left)', typeToConfirm: 'Type {word} to confirm', undo: 'Undo', loadMore: 'Load more', of: '{n} of {all}',
  },
  nav: { fleet: 'Fleet', servers: 'Servers', tenants: 'Tenants', alarms: 'Alarms', rules: 'Rules', users: 'Users', cluster: 'Cluster', about: 'System', more: 'More' },
  shell: {
    navigation: 'Main navigation', skip: 'Skip to content', otherLanguage: '切换到中文', theme: 'Theme', themes: { light: 'Light', dark: 'Dark', system: 'Like the system' }, account: 'Account of {name}', crumbs: 'Where you are',
  },
  palette: { open: 'Jump to', hint: 'Jump to server, site, tenant…', placeholder: 'Server, site, tenant or page', results: 'Results', pages: 'Pages', tenants: 'Tenants', sites: 'Sites', servers: 'Servers', nothing: 'Nothing found' },
  live: { connecting: 'Connecting', live: 'Live', paused: 'Paused', lost: 'Reconnecting', refused: 'Not available', pause: 'Pause live updates', resume: 'Resume live updates' },
  session: {
    signIn: 'Sign in', signOut: 'Sign out', welcome: 'Sign in to Orrery', lead: 'Every ERP server of the fleet, in one sky.', user: 'User', password: 'Password', wrong: 'User or password is wrong.',
    changePassword: 'Change password', currentPassword: 'Current password', nextPassword: 'New password', againPassword: 'New password again', tooShort: 'At least {n} characters', differs: 'The two are not the same', passwordChanged: 'Your password was changed',
  },
  problem: {
    network: 'The server cannot be reached', timeout: 'The server took too long to answer', home: 'Back to the fleet', lead403: 'Your role does not allow this. An administrator can change that.', lead404: 'The page may have moved, or it was deleted.',
    400: 'The input is not valid', 401: 'You are no longer signed in', 403: 'Not allowed', 404: 'Not found', 409: 'It conflicts with what is there', 412: 'Somebody changed it meanwhile. Reload and try again', 413: 'That is too large', 429: 'Too many requests. Wait a moment',
    500: 'The server failed', 503: 'The server is overloaded. Wait a moment',
  },
  role: { viewer: 'Viewer', tenantAdministrator: 'Tenant administrator', operator: 'Operator', administrator: 'Administrator' },
  roleText: {
    viewer: 'Reads everything, or one tenant when bound to it', tenantAdministrator: 'Changes everything within one tenant', operator: 'Changes everything but users', administrator: 'Changes everything',
  },
  status: { healthy: 'Healthy', degraded: 'Degraded', critical: 'Critical', silent: 'Silent' },
  severity: { information: 'Information', warning: 'Warning', critical: 'Critical' },
  health: { title: 'Health', score: 'Score', scoreOf: 'Score {score} of 100', penalty: 'Takes {n} points from the score', moreCauses: 'and {n} more', nothing: 'Nothing lowers the score.', for: 'for' },
  cause: {
    series: '{metric} ({labels})', above: '{metric} is {value}, above {threshold}', below: '{metric} is {value}, below {threshold}', down: '{metric}: down', silentFor: 'No samples for {span}', more: 'and {n} more alarms', rate: '{metric} grows by {value} a second, threshold {threshold}', anomaly: '{metric} behaves unusually',
  },
  fleet: {
    asOf: 'As of {at}', summary: 'Summary', score: 'Fleet score', allWell: 'Everything is well', allWellText: 'No server is degraded, critical or silent.', unwellCount: '{n} of {all} servers are unwell', unwell: 'Who is unwell, and why', unwellShort: 'Unwell', grid: 'All servers', gridLabel: 'Map of {n} servers. Arrow keys move, Enter opens.',
    gridCut: '{n} worst of {all}', order: 'Order', byPlace: 'By site', byScore: 'Worst first', noServers: 'No servers yet', noServersText: 'Create a tenant and a site, make a key, and start an agent with it.',
  },
  charts: { label: '{name}: {values}', legendHint: 'Click: only this one. With Ctrl: hide or show', noData: 'No samples in this range' },
  range: { label: 'Time range', '5m': '5m', '15m': '15m', '1h': '1h', '6h': '6h', '24h': '24h', '7d': '7d', custom: 'Custom', from: 'From', to: 'To', zoomOut: 'Zoom out' },
  servers: {
    title: 'Servers', server: 'Server', system: 'System', filter: 'Filter by name', anyStatus: 'Any status', missing: 'There is no server {name}, or it is not yours to see.', cores: '{n} cores', core: 'Core', lastSample: 'Last sample', tabs: 'Views of the server', lastSeen: 'Last sample', since: 'Unwell for',
    delete: 'Delete server', deleteTitle: 'Delete {name}?', deleteLoses: 'All samples, logs, process and database reports and open alarms of {name} are lost for good. If its agent still runs, it will register again.', deleted: '{name} was deleted', none: 'No server matches', noneText: 'Change the filter, or start an agent.',
    noSamples: 'No samples in this range', noSamplesText: 'The agent may have been off, or the range lies before its first sample.', fullestDisk: 'Fullest file system', perCore: '{n} per core', ofTotal: '{used} of {total}',
    tile: { cpu: 'CPU', memory: 'Memory', disk: 'Disk', load: 'Load' },
    tab: { charts: 'Charts', processes: 'Processes', databases: 'Databases', logs: 'Logs', explorer: 'Explorer', facts: 'Facts' },
    panel: {
      cpu: 'CPU usage', memory: 'Memory and swap', load: 'Load', diskSpace: 'Disk space used', diskThroughput: 'Disk throughput', diskBusy: 'Disk busy', network: 'Network', tcp: 'TCP connections', processes: 'CPU by process', databaseSessions: 'Database sessions', databaseQueries: 'Database load',
    },
  },
  short: {
    disk_read_bytes_per_second: 'read', disk_write_bytes_per_second: 'write', network_receive_bytes_per_second: 'in', network_transmit_bytes_per_second: 'out', db_sessions: 'sessions', db_sessions_active: 'active', db_locks_waiting: 'waiting for locks', db_queries_per_second: 'queries', db_transactions_per_second: 'transactions',
  },
  processes: {
    totals: '{n} processes, {threads} threads, the top {shown} shown', filter: 'Filter processes', none: 'No process table yet', watched: 'watched',
    column: { name: 'Name', id: 'PID', user: 'User', cpuPercent: 'CPU', residentBytes: 'Memory', threads: 'Threads', startedAt: 'Started', command: 'Command' },
  },
  databases: {
    none: 'No databases are watched', noneText: 'Give the agent a connection string, and its report appears here.', failed: 'The database could not be read', sizes: 'Sizes', slow: 'Slowest statements', variables: 'Variables', filter: 'Filter variables', statement: 'Statement', calls: 'Calls', mean: 'Mean', max: 'Longest', total: 'Total',
    reported: 'Reported', sessions: 'Sessions', cache: 'Cache hits', queries: 'Queries', size: 'Size',
  },
  logs: { search: 'Search in the text', level: 'Level', anyLevel: 'Any level', andWorse: '{level} and worse', follow: 'Follow', following: 'Following', none: 'No log lines', noneText: 'Nothing matches, or the agent sends no logs.', older: 'Load older lines', attributes: 'Attributes',
    levels: { trace: 'Trace', debug: 'Debug', information: 'Information', warning: 'Warning', error: 'Error', critical: 'Critical' } },
  explorer: { metric: 'Metric', fn: 'Function', labels: 'Labels', anyLabel: 'any', seriesCount: '{n} series', choose: 'Choose a metric', resolution: 'Computed from {resolution}, one point every {step}',
    fns: { last: 'Last', average: 'Average', minimum: 'Minimum', maximum: 'Maximum', sum: 'Sum', count: 'Count', rate: 'Rate per second', increase: 'Increase' }, minimum: 'Min', average: 'Avg', maximum: 'Max', last: 'Last', series: 'Series' },
  facts: {
    hardware: 'Machine', system: 'System', disks: 'File systems', other: 'Other facts', none: 'Not registered yet', noneText: 'The facts come with the agent’s registration.', hostName: 'Host name', operatingSystem: 'Operating system', kernel: 'Kernel', architecture: 'Architecture', cpuModel: 'Processor', cpuCores: 'Cores', cpuMegahertz: 'Frequency',
    memoryBytes: 'Memory', swapBytes: 'Swap', bootedAt: 'Booted', agent: 'Agent', addresses: 'Addresses', registeredAt: 'Registered', createdAt: 'First seen', mount: 'Mounted at', device: 'Device', fileSystem: 'Type', size: 'Size', series: 'Series held',
  },
  tenants: {
    tenant: 'Tenant', sites: 'Sites', none: 'No tenants yet', noneText: 'A tenant is a customer. Create the first one.', new: 'New tenant', edit: 'Edit tenant', id: 'Id', idHint: '1 to 64 of a–z, 0–9, dot, dash and underscore. It cannot be changed later.', name: 'Name', note: 'Note', created: 'Tenant {name} was created', saved: 'Tenant {name} was saved', deleted: 'Tenant {name} was deleted',
    deleteTitle: 'Delete tenant {name}?', deleteLoses: 'Lost for good: {sites} sites, {servers} servers with all their samples, logs and alarms, and all keys, rules, silences and webhooks of the tenant.', delete: 'Delete tenant', missing: 'There is no tenant {name}, or it is not yours to see.', since: 'Created', search: 'Search tenants',
  },
  sites: {
    site: 'Site', none: 'No sites yet', noneText: 'A site is a place where the tenant’s servers stand.', new: 'New site', edit: 'Edit site', location: 'Location', timeZone: 'Time zone', timeZoneHint: 'For example Asia/Shanghai or Europe/Berlin', created: 'Site {name} was created', saved: 'Site {name} was saved', deleted: 'Site {name} was deleted',
    deleteTitle: 'Delete site {name}?', deleteLoses: 'Lost for good: {servers} servers with all their samples, logs and alarms, and all keys of the site.', delete: 'Delete site', missing: 'There is no site {name}, or it is not yours to see.', noServers: 'No servers yet', noServersText: 'Create a key, and start an agent with it on the server.', cpuHour: 'CPU, last hour', memoryHour: 'Memory, last hour',
  },
  keys: {
    title: 'Keys for agents', new: 'New key', name: 'What it is for', none: 'No keys yet', noneText: 'An agent signs in with a key of its site.', id: 'Id', by: 'Created by', at: 'Created', revoked: 'Revoked', active: 'Active', state: 'State', revoke: 'Revoke', revokeTitle: 'Revoke key {name}?', revokeLoses: 'Agents that use this key can no longer send. What they have sent stays.', revokedDone: 'Key {name} was revoked',
    shownOnce: 'This is the only time that the key is shown.', text: 'Key', command: 'Start the agent on the server', done: 'I have kept it',
  },
  alarms: {
    title: 'Alarms', open: 'Open', resolved: 'Resolved', silences: 'Silences', webhooks: 'Webhooks', openCount: '{n} open alarm | {n} open alarms', none: 'No open alarms', noneText: 'When a rule fires, it shows here.', noneResolved: 'No resolved alarms', anySeverity: 'Any severity', severityMin: 'Severity', anyTenant: 'All tenants', filter: 'Server or site key', state: 'State',
    alarm: 'Alarm', server: 'Server', since: 'Since', lasted: 'Lasted', value: 'Value', worst: 'Worst', states: { firing: 'Firing', acknowledged: 'Acknowledged', resolved: 'Resolved' }, silenced: 'Silenced',
    acknowledge: 'Acknowledge', unacknowledge: 'Take back', acknowledgeTitle: 'Acknowledge alarm', note: 'Note', noteHint: 'What you found, or what you will do', acknowledged: 'The alarm was acknowledged', unacknowledged: 'The acknowledgement was taken back', by: 'by {name}',
    silence: 'Silence', silenceTitle: 'Silence alarms', scope: 'What', scopes: { rule: 'This rule on this server', server: 'All alarms of this server', site: 'All alarms of the site', tenant: 'All alarms of the tenant' }, duration: 'For how long', reason: 'Reason', reasonHint: 'For example: maintenance window', until: 'Until', silenceDone: 'Silenced until {at}', durations: { m30: '30 min', h1: '1 h', h4: '4 h', h12: '12 h', d1: '1 day', d7: '7 days', custom: 'Until…' },
    noSilences: 'No silences', noSilencesText: 'Silenced alarms are not sent and do not lower the score.', endSilence: 'End', silenceEnded: 'The silence ended', covers: 'Covers', everything: 'Everything', starts: 'Starts', ends: 'Ends', active: 'Active', over: 'Over', planned: 'Planned', newSilence: 'New silence', ruleAll: 'All rules', serverHint: 'Server or site key; empty for the whole tenant',
    chooseTenant: 'Choose a tenant', details: 'Details', fired: 'Fired', threshold: 'Threshold', labels: 'Labels', loadFailed: 'Could not refresh',
  },
  webhooks: {
    none: 'No webhooks', noneText: 'Alarms are sent to these addresses as JSON.', new: 'New webhook', url: 'Address', severityMin: 'From severity', secret: 'Secret', secretOptional: 'Secret (optional)', secretHint: 'Signs each delivery with HMAC-SHA256. It is never shown again.', signed: 'Signed', unsigned: 'Not signed', delivered: 'Delivered', failed: 'Failed', last: 'Last delivery', saved: 'The webhooks were saved', remove: 'Remove', removeTitle: 'Remove the webhook?',
    removeLoses: 'Alarms are no longer sent to {url}.',
  },
  rules: {
    title: 'Rules', new: 'New rule', edit: 'Edit rule', none: 'No rules', noneText: 'Rules say when a metric is worth attention.', scope: 'Rules of', vendor: 'Vendor (all tenants)', origin: 'Origin', origins: { vendor: 'Vendor', tenant: 'Tenant' }, name: 'Name', id: 'Id', condition: 'Fires when', severity: 'Severity', penalty: 'Points', enabled: 'Enabled', enable: 'Enable {name}', filter: 'Filter rules',
    metric: 'Metric', metricHint: 'A metric name, such as cpu_usage_percent', matchers: 'Only series with', addMatcher: 'Add condition', label: 'Label', labelValue: 'Value', removeMatcher: 'Remove condition', kinds: { equal: 'is', notEqual: 'is not', matches: 'matches', notMatches: 'does not match' }, signal: 'Look at', signals: { value: 'the value', anomaly: 'the anomaly score (0 to 1)', rate: 'the growth per second' },
    comparison: 'Trouble is', comparisons: { above: 'above', below: 'below' }, threshold: 'Threshold', recovery: 'Recovery', recoveryHint: 'Empty: the threshold itself', forSeconds: 'For seconds', penaltyHint: 'Points taken from the score. Empty: {n}', description: 'What it means, and what to do', preview: 'Preview', previewServer: 'Preview on', previewHint: 'Choose a server to see its series against the threshold.', chooseServer: 'Choose a server',
    saved: 'Rule {name} was saved', deleted: 'Rule {name} was deleted', deleteTitle: 'Delete rule {name}?', deleteLoses: 'Its open alarms are resolved. What it once fired stays in the list of resolved alarms.', deleteLosesOverride: 'The tenant’s own version goes; if the vendor has a rule with this id, that one holds again.', override: 'Saving makes a version of this rule for the tenant {tenant} only.', readOnly: 'Your role may read rules, not change them.',
    basics: 'What it is', trigger: 'When it fires', fires: 'Fires when {series} is {comparison} {threshold} for {duration}.', firesAtOnce: 'Fires as soon as {series} is {comparison} {threshold}.', firesDown: 'Fires when {series} is down for {duration}.', recovers: 'Recovers at {recovery}.', recoversUp: 'Recovers when it is up again.', orEqual: '{value} or less', orMore: '{value} or more', needName: 'Give it a name', needMetric: 'Choose a metric', needThreshold: 'Give a threshold', badRecovery: 'Recovery lies beyond the threshold', badFor: 'From 0 to 86,400',
    badPenalty: 'From 0 to 100', anomalyOf: 'the anomaly score of {metric}', rateOf: 'the growth of {metric}', wouldFire: 'In this range it would have fired {n} time | In this range it would have fired {n} times', wouldNotFire: 'In this range it would not have fired', thresholdLine: 'Threshold', recoveryLine: 'Recovery', unsaved: 'Leave without saving the changes?',
  },
  users: {
    title: 'Users', new: 'New user', edit: 'Edit user', none: 'No users', name: 'Sign-in name', displayName: 'Name', role: 'Role', tenant: 'Tenant', allTenants: 'All tenants', lastSignIn: 'Last sign-in', never: 'Never', created: 'User {name} was created', saved: 'User {name} was saved', deleted: 'User {name} was deleted', deleteTitle: 'Delete user {name}?', deleteLoses: '{name} can no longer sign in; open sessions end at once.',
    password: 'Password', setPassword: 'Set password', passwordSet: 'The password of {name} was set; open sessions ended', generate: 'Generate', you: 'you', tenantNeeded: 'A tenant administrator needs a tenant', search: 'Search users', nameHint: '1 to 64 of a–z, 0–9, dot, dash and underscore',
  },
  cluster: {
    identity: 'Cluster {name}', views: 'Views of the cluster', none: 'No silo is live', noneText: 'Grains cannot be reached until a silo joins. Start one, or look into the history for why the last one ended.', oneSilo: 'One silo with everything embedded: it owns every shard, and there is no lease to keep. More silos share the shards once they use one cluster store.',
    ended: 'Silos that ended', siloName: 'Silo', state: 'State', when: 'When', why: 'Why', joined: 'Joined', buildIs: 'Build {build}', historyLead: 'Newest first. Of each silo its start and its last change are kept.',
    tab: { silos: 'Silos and shards', grains: 'Grains', methods: 'Calls', reminders: 'Reminders', history: 'History' },
    states: { active: 'Active', suspect: 'Suspect', draining: 'Draining', left: 'Left', dead: 'Dead' },
    endedAs: { left: 'This silo has left in good order. It owns nothing.', dead: 'This silo was declared dead: for a whole lease nobody saw a sign of life. Others took its shards.' },
    notes: {
      storeNever: 'The cluster store has not been read yet.', store: 'The cluster store has not been read for {age}. What is shown may be old.', noSilo: 'No silo is live: no grain can be reached.', mute: '{silo} does not answer questions. The sums are without it.', suspect: '{silo} has shown no sign of life for {age}. After {lease} it is declared dead and others take its shards.',
      draining: '{silo} drains: {n} shard is still with it. | {silo} drains: {n} shards are still with it.', orphaned: '{n} shard belongs to a silo that has ended, and is about to be taken. | {n} shards belong to silos that have ended, and are about to be taken.', free: '{n} shard is on its way between silos. Calls to its grains wait. | {n} shards are on their way between silos. Calls to their grains wait.',
    },
    tile: { silos: 'Silos', shards: 'Shards', calls: 'Calls', latency: 'Latency, p99', errors: 'Errors', grains: 'Grains in memory', answering: 'of {n} answer', owned: 'of {n} owned', pending: '{n} wait for an answer', median: 'median {value}', timeouts: 'time-outs {value}', mailbox: '{n} calls in mailboxes' },
    silo: {
      self: 'this one', selfHint: 'The silo of the process that serves this page', mute: 'Does not answer', processors: '{n} processor | {n} processors', heap: 'heap {value}', failed: 'errors {value}', cpu: 'CPU', memory: 'Memory', calls: 'Calls', p99: 'Latency, p99', shards: 'Shards', grains: 'Grains', mailboxes: 'Mailboxes', pause: 'GC pauses', uptime: 'Uptime', lease: 'Sign of life', leaseAge: '{age} of {lease} s', build: 'Build',
      inProcess: 'inside this process', address: 'Address', pending: 'Waiting for an answer', mailboxesText: '{n}, at most {max} in one', allocation: 'Allocates', collections: 'GC generations 0 / 1 / 2', pool: 'Thread pool', poolText: '{threads} threads, {queue} waiting', machine: 'Machine · process', framework: 'Runtime', supervisor: 'Started anew by', noSupervisor: 'nobody that is known',
    },
    shards: {
      title: 'Shards', lead: 'Each cell is one of the 1,024 shards, in the colour of the silo that owns it.', label: 'Map of {n} shards of {silos} silos. Arrow keys move over it.', one: 'Shard {n}', term: 'Term {n}', terms: 'term {n}', free: 'Free', freeOne: 'free: on its way between silos', justMoved: 'has just moved', moves: '{n} move seen | {n} moves seen', legendHint: 'Click: show only the shards of this silo',
    },
    chart: { calls: 'Calls per second', latency: 'Latency', load: 'Processor load', memory: 'Memory' },
    line: { calls: 'calls', failed: 'errors', cpu: 'CPU', pause: 'GC pauses', memory: 'working set', heap: 'heap' },
    grain: { type: 'Grain type', activations: 'In memory', calls: 'Calls', errors: 'Errors', mailbox: 'Fullest mailbox', slowest: 'Slowest methods (p99)', filter: 'Filter grain types', overloaded: '{n} refused' },
    method: { method: 'Method', calls: 'Calls', longest: 'Longest', errors: 'Errors', all: 'Calls in all', lead: 'Slowest of the last seconds first', filter: 'Filter methods', none: 'No method has been called', inAll: '{n} in all' },
    reminder: {
      ledger: 'Ledger', ledgerLead: 'What fell due, computed from the reminders alone, and what became of it', bySilo: 'By silo', bySiloLead: 'Since each silo’s start', reminders: 'Reminders', waiting: 'Waiting', running: 'Running', none: 'No reminders', noneText: 'Grains register reminders when they want to be called at a time.', unread: 'The ledger cannot be read here',
      due: 'Due', ran: 'Ran', failed: 'Failed', missed: 'Missed', late: 'Late', repeated: 'Repeated', overdue: 'Overdue', lost: 'Lost', dueHint: 'fires that fell due', ranHint: 'ran to their end', failedHint: 'threw or timed out', missedHint: 'passed over', lateHint: 'began late', repeatedHint: 'begun again', overdueHint: 'wait too long now', lostHint: 'without any account',
      lostNote: '{n} fire has no account. That is a fault: look into the logs of the silos. | {n} fires have no account. That is a fault: look into the logs of the silos.',
    },
    leave: {
      drain: 'Drain', restart: 'Restart', drainTitle: 'Drain {silo}?', restartTitle: 'Restart {silo}?', moves: 'Its {n} shards move to {others} other silo. Calls under way run to their end; calls to moving grains wait a moment. | Its {n} shards move to the {others} other silos. Calls under way run to their end; calls to moving grains wait a moment.', onlyOne: 'It is the only silo. Until it is back no grain can be reached.',
      impossible: 'Nobody would take its shards. Start another silo first, or stop the process itself.', stays: 'Then its process exits with code 0 and stays away, unless its supervisor starts every process anew.', supervised: 'Then its process exits with code 75, and {supervisor} starts it anew.', unsupervised: 'Nobody is known to start the process anew. It will end and stay away until somebody starts it by hand.', self: 'This page is served by the same process: it will be gone with it, and is back when the process is.',
      reason: 'Reason, for the history (optional)', drainBegun: '{silo} gives its shards away and leaves', restartBegun: '{silo} gives its shards away and restarts',
    },
  },
  about: {
    title: 'System', version: 'Version', started: 'Started', uptime: 'Running for', storage: 'Storage', grains: 'Grains in memory', ingest: 'Intake', type: 'Type', active: 'Active', api: 'API description', noGrains: 'No grains are active', share: 'Share', total: 'Total',
  },
  aboutField: {
    samplesPerSecond: 'Samples per second', batchesPerSecond: 'Batches per second', acceptedTotal: 'Samples accepted', droppedTotal: 'Samples dropped', samplesBytes: 'Samples', logBytes: 'Log', stateBytes: 'Grain state', freeBytes: 'Free on disk', accepted: 'Samples accepted', dropped: 'Samples dropped', duplicate: 'Duplicate samples', series: 'Series', streams: 'Live streams', seriesBytes: 'Memory of the series directory',
  },
  metric: {
    cpu_usage_percent: 'CPU usage', cpu_core_usage_percent: 'CPU usage per core', cpu_megahertz: 'CPU frequency', load1: 'Load (1 min)', load5: 'Load (5 min)', load15: 'Load (15 min)', memory_total_bytes: 'Memory', memory_used_bytes: 'Memory used', memory_available_bytes: 'Memory available', memory_used_percent: 'Memory used', swap_total_bytes: 'Swap', swap_used_bytes: 'Swap used',
    swap_used_percent: 'Swap used', disk_total_bytes: 'Disk size', disk_used_bytes: 'Disk used', disk_used_percent: 'Disk space used', disk_read_bytes_per_second: 'Disk reads', disk_write_bytes_per_second: 'Disk writes', disk_reads_per_second: 'Read operations', disk_writes_per_second: 'Write operations', disk_busy_percent: 'Disk busy', network_receive_bytes_per_second: 'Network in', network_transmit_bytes_per_second: 'Network out',
    network_errors_per_second: 'Network errors', tcp_connections: 'TCP connections', process_count: 'Processes', thread_count: 'Threads', process_cpu_percent: 'CPU of process', process_resident_bytes: 'Memory of process', process_up: 'Watched process', uptime_seconds: 'Uptime', silent_seconds: 'Time without samples', agent_cpu_percent: 'Agent’s CPU', agent_resident_bytes: 'Agent’s memory', agent_buffered_bytes: 'Agent’s buffer', agent_dropped_samples_total: 'Samples dropped by the agent',
    db_up: 'Database', db_sessions: 'Database sessions', db_sessions_active: 'Active database sessions', db_sessions_max: 'Largest number of database sessions', db_locks_waiting: 'Waiting for locks', db_cache_hit_percent: 'Database cache hits', db_size_bytes: 'Database size', db_queries_per_second: 'Database queries', db_transactions_per_second: 'Database transactions', db_slow_statements_total: 'Slow statements', db_deadlocks_total: 'Deadlocks',
  },
  ruleName: {
    'cpu-high': 'CPU is busy', 'cpu-saturated': 'CPU is exhausted', 'process-cpu': 'A process keeps a whole core busy', 'memory-high': 'Memory runs short', 'memory-exhausted': 'Memory is nearly exhausted', 'swap-high': 'The server swaps', 'disk-filling': 'A disk fills up', 'disk-full': 'A disk is nearly full',
    'agent-silent': 'The server is silent', 'database-down': 'A database does not answer', 'database-locks': 'Statements wait for locks', 'process-down': 'A watched process is not running', 'cpu-anomaly': 'CPU use is out of the ordinary', 'memory-anomaly': 'Memory use is out of the ordinary',
  },
  ruleText: {
    'cpu-high': 'All cores together are over 85 % busy. Look at the process table for what takes the time; slow screens and time-outs follow when it lasts.',
    'cpu-saturated': 'All cores have been over 95 % busy for two minutes: users wait. Stop or move what takes the time, or add cores.',
    'process-cpu': 'One program takes 90 % of a core or more. A report or a posting run may do so for a while; a loop does it for ever. The process table names it.',
    'memory-high': 'Over 90 % of memory is in use. Look for a program that grows; database caches may be set too large.',
    'memory-exhausted': 'Over 97 % of memory is in use: the system will soon swap or end programs. Free memory or add some now.',
    'swap-high': 'Over half of the swap space has been in use for five minutes. What is swapped out answers slowly; find out what needs more memory than there is.',
    'disk-filling': 'A file system is over 85 % full. Old backups, logs and exports are the usual finds.',
    'disk-full': 'A file system is over 95 % full. When it is full the database stops writing: free or add space now.',
    'agent-silent': 'No sample has come for two minutes: the server, its network or the agent is down.',
    'database-down': 'The agent cannot reach this database. The database report shows the error.',
    'database-locks': 'More than five sessions have waited for locks for a minute. Find the session that holds them; a forgotten transaction is the usual cause.',
    'process-down': 'A process that the agent was told to watch is not there. Start it, and look into its log for why it ended.',
    'cpu-anomaly': 'The value is far from what this server shows at this hour of the week. Nothing need be wrong: compare with what changed.',
    'memory-anomaly': 'The value is far from what this server shows at this hour of the week. Nothing need be wrong: compare with what changed.',
  },
};
