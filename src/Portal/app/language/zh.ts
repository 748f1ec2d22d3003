import type { Messages } from '.';

const messages: Messages = {
  common: {
    all: '全部', apply: '应用', cancel: '取消', close: '关闭', copied: '已复制', copy: '复制', create: '创建', delete: '删除', edit: '编辑', empty: '暂无内容', loading: '加载中', none: '无', no: '否', yes: '是',
    nothingMatches: '没有匹配的内容。', optional: '可选', retry: '重试', save: '保存', search: '搜索', showMore: '显示更多（还有 {n} 项）', typeToConfirm: '输入 {word} 以确认', undo: '撤销', loadMore: '加载更多', of: '{n} / {all}',
  },
  nav: { fleet: '全局总览', servers: '服务器', tenants: '租户', flows: '数据流', catalog: '数据目录', sql: 'SQL 查询', alarms: '告警', rules: '规则', users: '用户', cluster: '集群', about: '系统', more: '更多' },
  shell: {
    navigation: '主导航', skip: '跳到正文', otherLanguage: 'Switch to English', theme: '主题', themes: { light: '浅色', dark: '深色', system: '跟随系统' }, account: '{name} 的账户', crumbs: '当前位置',
  },
  palette: { open: '快速跳转', hint: '跳转到服务器、站点、租户…', placeholder: '服务器、站点、租户或页面', results: '结果', pages: '页面', tenants: '租户', sites: '站点', servers: '服务器', nothing: '没有找到' },
  live: { connecting: '连接中', live: '实时', paused: '已暂停', lost: '重新连接中', refused: '不可用', pause: '暂停实时更新', resume: '恢复实时更新' },
  session: {
    signIn: '登录', signOut: '退出登录', welcome: '登录 Orrery', lead: '每一台 ERP 服务器，尽在同一片星空。', user: '用户名', password: '密码', wrong: '用户名或密码错误。',
    changePassword: '修改密码', currentPassword: '当前密码', nextPassword: '新密码', againPassword: '再次输入新密码', tooShort: '至少 {n} 个字符', differs: '两次输入不一致', passwordChanged: '密码已修改',
  },
  problem: {
    network: '无法连接服务器', timeout: '服务器响应超时', home: '返回总览', lead403: '您的角色不允许此操作，可联系管理员调整。', lead404: '页面可能已移动或被删除。',
    400: '输入无效', 401: '登录已失效', 403: '没有权限', 404: '未找到', 409: '与现有数据冲突', 412: '内容已被他人修改，请重新加载后再试', 413: '内容过大', 429: '请求过于频繁，请稍候', 500: '服务器出错', 503: '服务器繁忙，请稍候',
  },
  role: { viewer: '查看者', tenantAdministrator: '租户管理员', operator: '运维人员', administrator: '管理员' },
  roleText: { viewer: '查看全部内容；绑定租户后仅查看该租户', tenantAdministrator: '管理一个租户内的全部内容', operator: '管理除用户以外的全部内容', administrator: '管理全部内容' },
  status: { healthy: '健康', degraded: '欠佳', critical: '严重', silent: '失联' },
  severity: { information: '提示', warning: '警告', critical: '严重' },
  health: { title: '健康状况', score: '评分', scoreOf: '评分 {score}，满分 100', penalty: '扣 {n} 分', moreCauses: '另有 {n} 项', nothing: '没有扣分项。', for: '已持续' },
  cause: { series: '{metric}({labels})', above: '{metric}为 {value}，高于 {threshold}', below: '{metric}为 {value}，低于 {threshold}', down: '{metric}：已停止', silentFor: '已有 {span}没有数据', more: '另有 {n} 条告警', rate: '{metric}每秒增长 {value}，阈值 {threshold}', anomaly: '{metric}表现异常', gap: '数据流 {flow} 的 {hop} 环节有 {n} 条记录对不上账' },
  fleet: {
    asOf: '截至 {at}', summary: '概况', score: '总体评分', allWell: '一切正常', allWellText: '没有欠佳、严重或失联的服务器。', unwellCount: '{all} 台服务器中有 {n} 台异常', unwell: '异常服务器及原因', unwellShort: '异常', grid: '全部服务器', gridLabel: '{n} 台服务器的分布图。方向键移动，回车键打开。',
    gridCut: '共 {all} 台，显示最差的 {n} 台', order: '排序', byPlace: '按站点', byScore: '最差优先', noServers: '还没有服务器', noServersText: '先创建租户和站点，再创建密钥，并用它启动代理。',
  },
  charts: { label: '{name}:{values}', legendHint: '单击：只看此项。按住 Ctrl 单击：隐藏或显示', noData: '该时段没有数据' },
  range: { label: '时间范围', '5m': '5 分钟', '15m': '15 分钟', '1h': '1 小时', '6h': '6 小时', '24h': '24 小时', '7d': '7 天', custom: '自定义', from: '开始', to: '结束', zoomOut: '缩小' },
  servers: {
    title: '服务器', server: '服务器', system: '系统', filter: '按名称筛选', anyStatus: '所有状态', missing: '服务器 {name} 不存在，或您无权查看。', cores: '{n} 核', core: '核心', lastSample: '最近数据', tabs: '服务器视图', lastSeen: '最近数据', since: '异常时长',
    delete: '删除服务器', deleteTitle: '删除 {name}？', deleteLoses: '{name} 的全部指标、日志、进程与数据库报告及未恢复的告警将永久丢失。如果其代理仍在运行，它会重新注册。', deleted: '{name} 已删除', none: '没有匹配的服务器', noneText: '请调整筛选条件，或启动一个代理。',
    noSamples: '该时段没有数据', noSamplesText: '代理可能未运行，或该时段早于第一条数据。', fullestDisk: '占用最高的文件系统', perCore: '每核 {n}', ofTotal: '{used} / {total}',
    tile: { cpu: 'CPU', memory: '内存', disk: '磁盘', load: '负载' },
    tab: { charts: '图表', processes: '进程', databases: '数据库', logs: '日志', explorer: '指标探索', facts: '配置信息' },
    panel: { cpu: 'CPU 使用率', memory: '内存与交换区', load: '负载', diskSpace: '磁盘空间占用', diskThroughput: '磁盘吞吐', diskBusy: '磁盘繁忙度', network: '网络', tcp: 'TCP 连接', processes: '各进程 CPU', databaseSessions: '数据库会话', databaseQueries: '数据库负载' },
  },
  short: {
    disk_read_bytes_per_second: '读', disk_write_bytes_per_second: '写', network_receive_bytes_per_second: '入', network_transmit_bytes_per_second: '出', db_sessions: '会话', db_sessions_active: '活动', db_locks_waiting: '等待锁', db_queries_per_second: '查询', db_transactions_per_second: '事务',
  },
  processes: {
    totals: '共 {n} 个进程、{threads} 个线程，显示前 {shown} 个', filter: '筛选进程', none: '还没有进程表', watched: '关注',
    column: { name: '名称', id: 'PID', user: '用户', cpuPercent: 'CPU', residentBytes: '内存', threads: '线程', startedAt: '启动时间', command: '命令行' },
  },
  databases: {
    none: '没有监控的数据库', noneText: '为代理配置连接字符串后，报告将显示在这里。', failed: '无法读取数据库', sizes: '大小', slow: '最慢的语句', variables: '配置变量', filter: '筛选变量', statement: '语句', calls: '次数', mean: '平均', max: '最长', total: '总计', reported: '上报于', sessions: '会话', cache: '缓存命中', queries: '查询', size: '大小',
  },
  logs: { search: '搜索内容', level: '级别', anyLevel: '所有级别', andWorse: '{level}及以上', follow: '跟随', following: '跟随中', none: '没有日志', noneText: '没有匹配的内容，或代理未上报日志。', older: '加载更早的日志', attributes: '属性', levels: { trace: '跟踪', debug: '调试', information: '信息', warning: '警告', error: '错误', critical: '严重' } },
  explorer: { metric: '指标', fn: '函数', labels: '标签', anyLabel: '任意', seriesCount: '{n} 条序列', choose: '请选择指标', resolution: '依据 {resolution} 数据计算，每 {step} 一个点', fns: { last: '最新值', average: '平均值', minimum: '最小值', maximum: '最大值', sum: '总和', count: '计数', rate: '每秒增长率', increase: '增量' }, minimum: '最小', average: '平均', maximum: '最大', last: '最新', series: '序列' },
  facts: {
    hardware: '硬件', system: '系统', disks: '文件系统', other: '其他信息', none: '尚未注册', noneText: '配置信息随代理注册上报。', hostName: '主机名', operatingSystem: '操作系统', kernel: '内核', architecture: '架构', cpuModel: '处理器', cpuCores: '核心数', cpuMegahertz: '主频', memoryBytes: '内存', swapBytes: '交换区', bootedAt: '开机时间', agent: '代理版本', addresses: '地址', registeredAt: '注册时间', createdAt: '首次出现', mount: '挂载点', device: '设备', fileSystem: '类型', size: '大小', series: '序列数',
  },
  tenants: {
    tenant: '租户', sites: '站点', none: '还没有租户', noneText: '租户即客户，请创建第一个。', new: '新建租户', edit: '编辑租户', id: '标识', idHint: '1 至 64 个字符：a–z、0–9、点、短横线、下划线。创建后不可修改。', name: '名称', note: '备注', created: '租户 {name} 已创建', saved: '租户 {name} 已保存', deleted: '租户 {name} 已删除', deleteTitle: '删除租户 {name}？',
    deleteLoses: '将永久丢失：{sites} 个站点、{servers} 台服务器及其全部指标、日志和告警，以及该租户的全部密钥、规则、静默和 Webhook。', delete: '删除租户', missing: '租户 {name} 不存在，或您无权查看。', since: '创建于', search: '搜索租户',
  },
  sites: {
    site: '站点', none: '还没有站点', noneText: '站点是租户服务器的所在地。', new: '新建站点', edit: '编辑站点', location: '位置', timeZone: '时区', timeZoneHint: '例如 Asia/Shanghai 或 Europe/Berlin', created: '站点 {name} 已创建', saved: '站点 {name} 已保存', deleted: '站点 {name} 已删除', deleteTitle: '删除站点 {name}？', deleteLoses: '将永久丢失：{servers} 台服务器及其全部指标、日志和告警，以及该站点的全部密钥。', delete: '删除站点', missing: '站点 {name} 不存在，或您无权查看。', noServers: '还没有服务器', noServersText: '创建密钥，并用它在服务器上启动代理。', cpuHour: 'CPU（近 1 小时）', memoryHour: '内存（近 1 小时）',
  },
  keys: {
    title: '代理密钥', new: '新建密钥', name: '用途', none: '还没有密钥', noneText: '代理使用所在站点的密钥登录。', id: '标识', by: '创建者', at: '创建时间', revoked: '已吊销', active: '有效', state: '状态', revoke: '吊销', revokeTitle: '吊销密钥 {name}？', revokeLoses: '使用此密钥的代理将无法继续上报，已上报的数据保留。', revokedDone: '密钥 {name} 已吊销', shownOnce: '密钥仅显示这一次。', text: '密钥', command: '在服务器上启动代理', done: '我已妥善保存',
  },
  alarms: {
    title: '告警', open: '未恢复', resolved: '已恢复', silences: '静默', webhooks: 'Webhook', openCount: '{n} 条未恢复告警', none: '没有未恢复的告警', noneText: '规则触发后会显示在这里。', noneResolved: '没有已恢复的告警', anySeverity: '所有级别', severityMin: '级别', anyTenant: '所有租户', filter: '服务器或站点', state: '状态', alarm: '告警', server: '服务器', since: '开始', lasted: '持续', value: '当前值', worst: '最差值',
    states: { firing: '触发中', acknowledged: '已确认', resolved: '已恢复' }, silenced: '已静默', acknowledge: '确认', unacknowledge: '撤销确认', acknowledgeTitle: '确认告警', note: '备注', noteHint: '您的发现，或将采取的措施', acknowledged: '告警已确认', unacknowledged: '已撤销确认', by: '{name}', silence: '静默', silenceTitle: '静默告警', scope: '范围', scopes: { rule: '此服务器的这条规则', server: '此服务器的全部告警', site: '此站点的全部告警', tenant: '此租户的全部告警' },
    duration: '时长', reason: '原因', reasonHint: '例如：维护窗口', until: '直到', silenceDone: '已静默至 {at}', durations: { m30: '30 分钟', h1: '1 小时', h4: '4 小时', h12: '12 小时', d1: '1 天', d7: '7 天', custom: '直到…' }, noSilences: '没有静默', noSilencesText: '被静默的告警不会发送，也不影响评分。', endSilence: '结束', silenceEnded: '静默已结束', covers: '范围', everything: '全部', starts: '开始', ends: '结束', active: '生效中', over: '已结束', planned: '计划中',
    newSilence: '新建静默', ruleAll: '所有规则', serverHint: '服务器或站点标识；留空表示整个租户', chooseTenant: '选择租户', details: '详情', fired: '触发时间', threshold: '阈值', labels: '标签', loadFailed: '刷新失败',
  },
  webhooks: {
    none: '没有 Webhook', noneText: '告警会以 JSON 发送到这些地址。', new: '新建 Webhook', url: '地址', severityMin: '最低级别', secret: '密钥', secretOptional: '密钥（可选）', secretHint: '用 HMAC-SHA256 为每次发送签名，之后不再显示。', signed: '已签名', unsigned: '未签名', delivered: '已送达', failed: '失败', last: '最近发送', saved: 'Webhook 已保存', remove: '移除', removeTitle: '移除此 Webhook？', removeLoses: '告警将不再发送到 {url}。',
  },
  rules: {
    title: '规则', new: '新建规则', edit: '编辑规则', none: '没有规则', noneText: '规则说明指标何时值得关注。', scope: '规则归属', vendor: '厂商（所有租户）', origin: '来源', origins: { vendor: '厂商', tenant: '租户' }, name: '名称', id: '标识', condition: '触发条件', severity: '级别', penalty: '扣分', enabled: '启用', enable: '启用 {name}', filter: '筛选规则', metric: '指标', metricHint: '指标名，例如 cpu_usage_percent', matchers: '仅限序列', addMatcher: '添加条件', label: '标签', labelValue: '值', removeMatcher: '移除条件',
    kinds: { equal: '等于', notEqual: '不等于', matches: '匹配', notMatches: '不匹配' }, signal: '观察', signals: { value: '数值', anomaly: '异常分（0 至 1）', rate: '每秒增长' }, comparison: '异常为', comparisons: { above: '高于', below: '低于' }, threshold: '阈值', recovery: '恢复值', recoveryHint: '留空：与阈值相同', forSeconds: '持续秒数', penaltyHint: '从评分中扣除的分数。留空：{n}', description: '含义与处理办法', preview: '预览', previewServer: '预览服务器', previewHint: '选择一台服务器，对照阈值查看其序列。', chooseServer: '选择服务器',
    saved: '规则 {name} 已保存', deleted: '规则 {name} 已删除', deleteTitle: '删除规则 {name}？', deleteLoses: '其未恢复的告警将被恢复，历史告警保留在已恢复列表中。', deleteLosesOverride: '租户自己的版本将被删除；若厂商有同标识的规则，则恢复为厂商规则。', override: '保存后将仅为租户 {tenant} 创建此规则的版本。', readOnly: '您的角色只能查看规则。', basics: '基本信息', trigger: '触发条件', fires: '当 {series}{comparison} {threshold} 并持续 {duration}时触发，', firesAtOnce: '当 {series}{comparison} {threshold} 时立即触发，', firesDown: '当 {series}停止并持续 {duration}时触发，', recovers: '{recovery}时恢复。', recoversUp: '重新运行后恢复。', orEqual: '{value} 或以下', orMore: '{value} 或以上',
    needName: '请填写名称', needMetric: '请选择指标', needThreshold: '请填写阈值', badRecovery: '恢复值越过了阈值', badFor: '0 至 86,400', badPenalty: '0 至 100', anomalyOf: '{metric} 的异常分', rateOf: '{metric} 的增长', wouldFire: '该时段内会触发 {n} 次', wouldNotFire: '该时段内不会触发', thresholdLine: '阈值', recoveryLine: '恢复', unsaved: '有未保存的更改，确定离开吗？',
  },
  users: {
    title: '用户', new: '新建用户', edit: '编辑用户', none: '没有用户', name: '登录名', displayName: '姓名', role: '角色', tenant: '租户', allTenants: '所有租户', lastSignIn: '最近登录', never: '从未', created: '用户 {name} 已创建', saved: '用户 {name} 已保存', deleted: '用户 {name} 已删除', deleteTitle: '删除用户 {name}？', deleteLoses: '{name} 将无法再登录，已有会话立即结束。', password: '密码', setPassword: '设置密码', passwordSet: '{name} 的密码已设置，已有会话已结束', generate: '生成', you: '本人', tenantNeeded: '租户管理员必须绑定租户', search: '搜索用户', nameHint: '1 至 64 个字符：a–z、0–9、点、短横线、下划线',
  },
  flows: {
    channel: '数据流', hops: '环节', filter: '按名称筛选', none: '还没有数据流', noneText: '各环节向账本上报后，数据流会自动出现。', lastReport: '最近上报', openWindows: '未结窗口', perSecond: '{n} 条/秒', noLag: '无', gapsAndRecords: '{gaps} 处 · {n} 条',
    tile: { rate: '速率', rateHint: '源头一分钟内的平均', lag: '延迟', lagHint: '最慢环节落后源头的时间', windows: '窗口 未结 / 已结', windowsHint: '每个 {span}', gaps: '缺口', gapsHint: '共 {n} 条记录', gapsNone: '已结窗口全部平账' },
    picture: '共 {n} 个环节的数据流图', kind: { agent: '采集代理', objects: '对象存储', capture: '变更捕获', log: '日志', lander: '落地', view: '视图', sink: '输出' }, instances: '{n} 个实例', originCount: '{n} 个来源',
    took: '收到', gave: '给出', rejected: '拒绝', openGaps: '未结缺口', behind: '落后 {span}', waiting: '在途 {n} 条',
    windows: '窗口', windowsText: '每格 {span}，最新的在末尾', noWindows: '还没有窗口', window: { open: '未封口', sealed: '已封口，在途', closed: '已结，平账', gap: '不平' }, stripLabel: '{hop}：已结 {closed} 个，在途 {sealed} 个，未封口 {open} 个，不平 {gap} 个', tookGave: '收到 {took}，给出 {gave}', lacks: '缺 {n} 条', tooMany: '多 {n} 条',
    gaps: '缺口', tab: { open: '未结', ended: '已结' }, noGaps: '没有缺口', noGapsText: '已封口窗口中给出的记录全部收到，不重、不改。', noEnded: '还没有结束的缺口',
    gapTitle: { missing: '缺失 {n} 条记录', doubled: '重复 {n} 条记录', altered: '被改动 {n} 条记录', late: '迟到 {n} 条记录' }, between: '发生在 {from} 与 {to} 之间', insideOf: '发生在 {hop} 内部', windowOf: '窗口 {window}，来源 {origin}', count: { missing: '缺失 {n}', doubled: '重复 {n}', altered: '改动 {n}', late: '迟到已收 {n}' }, notCompared: '比对中',
    repair: '补发', repairBegun: '正在补发缺失的记录', repairState: { comparing: '正在比对两侧', sending: '已补发 {sent} / {wanted}，到达 {arrived}', sent: '已补发 {sent} / {wanted}，到达 {arrived}', done: '到达 {arrived} / {wanted}', failed: '未能补齐：已补发 {sent} / {wanted}，到达 {arrived}' },
    accept: '认可', accepted: '缺口已认可', acceptTitle: '认可这个缺口？', acceptText: '它将从未结列表中移除，告警随之结束；记录保持原样。此操作不能撤回。', acceptWhy: '原因', acceptedBy: '{name} 已认可：{note}',
  },
  letters: {
    title: '无法解析的行', count: '{n} 行', more: '还有更多', range: '时间', span: { hour: '1 小时', day: '24 小时', week: '7 天', all: '全部', custom: '自选' }, from: '从', to: '到', reason: '原因', allReasons: '全部原因', format: '解析格式', letters: '行数', times: '时间范围', samples: '示例', noneInRange: '此时间内没有',
    replay: '重放', replayTitle: '重新解析这些行？', replayText: '能够解析的行将按原有时间进入主题；无论重放多少次，每行只进入一次。其余的行留在这里，并显示新的原因。数据流照常运行。', asChannel: '按数据流当前的格式', trying: '正在试解析其中一部分…', trial: '{n} 行中有 {readable} 行可以解析', trialCut: '只试了前 {n} 行，还有更多。', wouldStay: '仍无法解析', entry: '进入主题后的样子', begun: '正在重新解析',
    running: '正在按 {format} 重新解析：已给出 {given}，仍留下 {remained}', cancel: '停止', stopped: '处理完手头的行后停止', done: '已按 {format} 重新解析：给出 {given}，留下 {remained}', cancelled: '已停止：给出 {given}，留下 {remained}', by: '操作人 {name}',
  },
  channels: {
    work: '运行情况', new: '新建数据流', created: '数据流 {name} 已开始运行', tenant: '租户', source: '来源', kind: { mysql: 'MySQL、MariaDB 数据库', postgresql: 'PostgreSQL 数据库', sqlserver: 'SQL Server 数据库', objects: '对象存储中的日志文件', agents: '采集端直接发送的日志文件', landed: '已落地的文件' },
    phase: { stopped: '已停止', starting: '启动中', snapshot: '读取存量数据', running: '运行中', waiting: '等待重试', failed: '因故障停止', done: '已完成' }, given: '已给出 {n} 条，{rate} 条/秒', rejected: '剔除 {n} 条',
    topic: '主题', partitions: '{n} 个分区', retained: '保留 {n} 天', files: '文件', format: { jsonl: 'JSON 行', csv: 'CSV 文件' }, roll: '每 {span} 一个文件', behind: '{n} 条尚未落成文件',
    pause: '暂停', resume: '继续', paused: '{name} 已暂停', resumed: '{name} 继续运行', drill: '演练', drillTitle: '故意丢失记录？', drillText: '落地环节将丢弃分区 0 接下来的记录。账本应在一分钟内指出缺口并告警，随后可在缺口处补发。', drillRecords: '记录数', drilled: '接下来的 {n} 条记录将被丢弃',
    logFormat: '日志格式', agentsHint: '该租户的采集端将日志文件直接发送到这里，在采集端配置 destination 的 channel 为 {id}', connection: '连接', secretHint: '加密保存，不再显示。', landedHint: '留空：本系统自己的文件。', landedTopic: '读取哪个主题的文件', tables: '表（库名.表名，* 表示全部）', schemaTables: '表（schema.table，逐个写出）', snapshot: '先读取存量数据', canal: '写成 canal 的平铺消息', partitionCount: '分区数', lands: '将记录保存为文件', store: '存储', storeHint: '留空：本系统的数据湖目录', rollSeconds: '每个文件的秒数',
  },
  catalog: {
    search: '搜索表、主题、视图、文件', kinds: '类型', anyKind: '全部类型', kind: { topic: '主题', table: '表', view: '视图', files: '文件' }, layers: '分层', anyLayer: '全部分层', layer: { ods: 'ODS 层', dim: 'DIM 层', dwd: 'DWD 层', dws: 'DWS 层', ads: 'ADS 层' },
    layerText: { ods: 'ODS：原始数据', dim: 'DIM：维度', dwd: 'DWD：清洗后的明细', dws: 'DWS：明细汇总', ads: 'ADS：应用结果' }, name: '名称', owner: '负责人', records: '记录数', size: '大小', newest: '最新事件', changed: '最近变化', none: '数据目录为空', noneText: '变更捕获、主题与落地任务会自动登记它们读写的实体。',
    neighbourhood: '上下游', steps: '层数', stepsOf: '{n} 层', alone: '还没有登记上下游。', cut: '更远处还有实体。', unknown: '未登记', schema: '结构', versions: '版本', version: '第 {n} 版', since: '自 {at}', noSchema: '还没有结构', noSchemaText: '首批数据到达后即有。',
    column: '列', type: '类型', nativeType: '源端类型', nullable: '可空', key: '主键列', change: { added: '新增', removed: '已删', changed: '有变', same: '相同' }, was: '原为 {type}', facts: '信息', place: '位置', id: '标识', created: '登记时间', receipts: '回执', noReceipts: '还没有回执', receipt: '{n} 条，{bytes}',
    describe: '编辑说明', describeTitle: '编辑 {name} 的说明', described: '说明已保存', description: '说明',
  },
  sql: {
    relations: '表与视图', findRelation: '查找表、视图或列', none: '还没有表或视图', noneText: '表说明数据从哪里来，视图说明要持续维护什么结果。', begin: '从示例开始', queryIt: '查询 {name}', openIt: '打开 {name}', insertName: '把 {name} 填入编辑器', query: '查询',
    kind: { table: '表', source: '数据源表', sink: '输出表', view: '视图', materializedView: '物化视图' }, status: { running: '运行中', paused: '已暂停', failed: '出错停止', backfilling: '回填中' }, rowCount: '{n} 行', rowsCut: '前 {n} 行，还有更多', changeCount: '{n} 次变更', fresh: '实时', behind: '落后 {span}',
    editor: 'SQL 语句', placeholder: '输入 SELECT 语句…', completions: '补全建议', controlCharacter: '控制字符', run: '执行', runAll: '全部执行', runHint: '执行光标所在的语句或选中的内容', runAllHint: '执行全部', resize: '编辑器高度', history: '历史', noHistory: '还没有执行过语句', historyHere: '只保存在此浏览器中。', clearHistory: '清空',
    results: '结果', nothingRun: '结果会显示在这里。', running: '正在执行', wrongAt: '第 {line} 行第 {column} 列', showPlace: '在编辑器中定位', tab: { table: '数据', chart: '图表', plan: '执行计划', live: '实时', lineage: '血缘' }, csv: '导出 CSV', copied: '已复制 {n} 行', cellCopied: '单元格已复制', copyCell: '复制单元格',
    chartKind: '图表类型', chart: { line: '折线', bar: '柱状', pie: '饼图' }, along: '横轴', slices: '分类', drawn: '数值', others: '其他', chartOf: '按 {label} 展示 {values} 的图表',
    planPicture: '共 {n} 个算子的执行计划', noPlan: '没有可画的执行计划', planHint: '当前的流量，以及各算子保存的状态', rate: '速率', rowsInOut: '输入 → 输出', state: '状态', lag: '延迟',
    figure: { rows: '行数', freshness: '新鲜度', state: '状态大小', rejected: '拒绝' }, figureHint: { rows: '当前', freshness: '尚未计入的最早变更的时长', state: '视图及其算子保存的数据', rejected: '无法接收的行与消息' },
    refresh: '刷新', noRows: '还没有数据', why: '这一行从何而来？', whyTitle: '这一行的来源', whyNothing: '它背后已经没有源数据行。', lineage: '列血缘', lineageHint: '选择一列，查看它的来源', noLineage: '没有血缘信息', direct: '成为该列的值', indirect: '决定有哪些行',
    sources: '数据源', topic: '主题', partition: '分区', offset: '已读到', left: '待读', definition: '定义', columns: '列', made: '第 {n} 版，{by}', reads: '读取', readBy: '被读取', paused: '{name} 已暂停', resumed: '{name} 继续运行',
  },
  cluster: {
    identity: '集群 {name}', views: '集群视图', none: '没有在线的 Silo', noneText: '在有 Silo 加入之前，无法访问任何 Grain。请启动一个，或在历史中查看上一个退出的原因。', oneSilo: '单个 Silo，全部内嵌：它拥有所有分片，无需维持租约。多个 Silo 使用同一集群存储后，将分担这些分片。',
    ended: '已结束的 Silo', siloName: 'Silo 名称', state: '状态', when: '时间', why: '原因', joined: '加入', buildIs: '版本 {build}', historyLead: '最新的在前。每个 Silo 保留其启动和最近一次变更。',
    tab: { silos: 'Silo 与分片', grains: 'Grain 类型', methods: '调用', reminders: '提醒', history: '历史' },
    states: { active: '活动', suspect: '可疑', draining: '正在排空', left: '已离开', dead: '已失效' },
    endedAs: { left: '此 Silo 已正常离开，不再拥有任何分片。', dead: '此 Silo 已被判定失效：整个租约期内没有任何存活迹象，其分片已由其他 Silo 接管。' },
    notes: {
      storeNever: '尚未读取集群存储。', store: '已有 {age} 未能读取集群存储，所示内容可能已过时。', noSilo: '没有在线的 Silo，无法访问任何 Grain。', mute: '{silo} 没有应答，合计中不含它的数据。', suspect: '{silo} 已有 {age} 没有存活迹象，达到 {lease} 后将被判定失效，其分片由其他 Silo 接管。',
      draining: '{silo} 正在排空，还剩 {n} 个分片。', orphaned: '{n} 个分片属于已结束的 Silo，即将被接管。', free: '{n} 个分片正在 Silo 之间转移，对其 Grain 的调用正在等待。',
    },
    tile: { silos: 'Silo 数', shards: '分片', calls: '调用', latency: '延迟（p99）', errors: '错误', grains: '内存中的 Grain', answering: '共 {n} 个，有应答', owned: '共 {n} 个，有归属', pending: '{n} 个调用等待应答', median: '中位数 {value}', timeouts: '其中超时 {value}', mailbox: '邮箱中 {n} 个调用' },
    silo: {
      self: '本机', selfHint: '提供此页面的进程中的 Silo', mute: '没有应答', processors: '{n} 个处理器', heap: '堆 {value}', failed: '错误 {value}', cpu: '处理器', memory: '内存', calls: '调用', p99: '延迟（p99）', shards: '分片', grains: 'Grain 数', mailboxes: '邮箱中', pause: '回收停顿', uptime: '已运行', lease: '存活迹象', leaseAge: '{age} / {lease} 秒', build: '版本',
      inProcess: '在本进程内', address: '地址', pending: '等待应答', mailboxesText: '{n}，单个最多 {max}', allocation: '内存分配', collections: '各代回收次数 0 / 1 / 2', pool: '线程池', poolText: '{threads} 个线程，{queue} 个等待', machine: '机器 · 进程', framework: '运行时', supervisor: '由谁重新启动', noSupervisor: '未知',
    },
    shards: {
      title: '分片', lead: '每格是 1,024 个分片之一，颜色表示拥有它的 Silo。', label: '{n} 个分片、{silos} 个 Silo 的分布图，可用方向键移动。', one: '分片 {n}', term: '任期 {n}', terms: '任期 {n}', free: '空闲', freeOne: '空闲：正在 Silo 之间转移', justMoved: '刚刚转移', moves: '已见 {n} 次转移', legendHint: '点击：只看此 Silo 的分片',
    },
    chart: { calls: '每秒调用', latency: '延迟', load: '处理器负载', memory: '内存' },
    line: { calls: '调用', failed: '错误', cpu: '处理器', pause: '垃圾回收停顿', memory: '工作集', heap: '堆' },
    grain: { type: 'Grain 类型', activations: '内存中', calls: '调用', errors: '错误', mailbox: '最满的邮箱', slowest: '最慢的方法（p99）', filter: '筛选 Grain 类型', overloaded: '拒绝 {n} 次' },
    method: { method: '方法', calls: '调用', longest: '最长', errors: '错误', all: '累计调用', lead: '最近几秒内最慢的在前', filter: '筛选方法', none: '还没有方法被调用', inAll: '累计 {n}' },
    reminder: {
      ledger: '账本', ledgerLead: '仅由提醒本身算出的应触发次数，及其结果', bySilo: '按 Silo', bySiloLead: '自各 Silo 启动以来', reminders: '提醒数', waiting: '等待中', running: '运行中', none: '没有提醒', noneText: 'Grain 需要在某个时间被调用时会登记提醒。', unread: '此处无法读取账本',
      due: '到期', ran: '已运行', failed: '失败', missed: '错过', late: '迟到', repeated: '重复', overdue: '逾期', lost: '丢失', dueHint: '应触发的次数', ranHint: '运行完毕', failedHint: '抛出异常或超时', missedHint: '被跳过', lateHint: '开始得晚', repeatedHint: '再次开始', overdueHint: '目前等待过久', lostHint: '没有任何记录',
      lostNote: '有 {n} 次触发没有任何记录。这是故障，请查看各 Silo 的日志。',
    },
    leave: {
      drain: '排空', restart: '重启', drainTitle: '排空 {silo}？', restartTitle: '重启 {silo}？', moves: '它的 {n} 个分片将转移到其他 {others} 个 Silo。正在运行的调用会执行完毕，对转移中 Grain 的调用会等待片刻。', onlyOne: '它是唯一的 Silo。在它恢复之前，无法访问任何 Grain。',
      impossible: '没有其他 Silo 能接管它的分片。请先启动另一个 Silo，或直接停止该进程。', stays: '随后其进程以代码 0 退出且不再回来，除非其监管程序会重启所有进程。', supervised: '随后其进程以代码 75 退出，并由 {supervisor} 重新启动。', unsupervised: '没有已知的监管程序会重新启动该进程。它将结束，直到有人手动启动。', self: '此页面由同一进程提供：它会随之中断，进程恢复后即可使用。',
      reason: '原因，记入历史（可选）', drainBegun: '{silo} 正在转移分片并离开', restartBegun: '{silo} 正在转移分片并重启',
    },
  },
  about: { title: '系统', version: '版本', started: '启动时间', uptime: '已运行', storage: '存储', grains: '内存中的 Grain', ingest: '数据接入', type: '类型', active: '活动数', api: 'API 描述', noGrains: '没有活动的 Grain', share: '占比', total: '合计' },
  aboutField: { samplesPerSecond: '每秒样本数', batchesPerSecond: '每秒批次数', acceptedTotal: '已接收样本', droppedTotal: '已丢弃样本', samplesBytes: '样本', logBytes: '日志流', stateBytes: 'Grain 状态', freeBytes: '磁盘剩余', accepted: '已接收样本', dropped: '已丢弃样本', duplicate: '重复样本', series: '序列数', streams: '实时连接', seriesBytes: '序列目录占用内存' },
  metric: {
    cpu_usage_percent: 'CPU 使用率', cpu_core_usage_percent: '单核 CPU 使用率', cpu_megahertz: 'CPU 频率', load1: '负载（1 分钟）', load5: '负载（5 分钟）', load15: '负载（15 分钟）', memory_total_bytes: '内存总量', memory_used_bytes: '已用内存', memory_available_bytes: '可用内存', memory_used_percent: '内存使用率', swap_total_bytes: '交换区总量', swap_used_bytes: '已用交换区', swap_used_percent: '交换区使用率',
    disk_total_bytes: '磁盘容量', disk_used_bytes: '磁盘已用', disk_used_percent: '磁盘空间使用率', disk_read_bytes_per_second: '磁盘读取', disk_write_bytes_per_second: '磁盘写入', disk_reads_per_second: '磁盘读操作', disk_writes_per_second: '磁盘写操作', disk_busy_percent: '磁盘繁忙度', network_receive_bytes_per_second: '网络流入', network_transmit_bytes_per_second: '网络流出', network_errors_per_second: '网络错误', tcp_connections: 'TCP 连接数',
    process_count: '进程数', thread_count: '线程数', process_cpu_percent: '进程 CPU', process_resident_bytes: '进程内存', process_up: '受关注的进程', uptime_seconds: '运行时间', silent_seconds: '无数据时长', ledger_gap_records: '对不上账的记录', agent_cpu_percent: '代理 CPU', agent_resident_bytes: '代理内存', agent_buffered_bytes: '代理缓冲', agent_dropped_samples_total: '代理丢弃的样本', db_up: '数据库', db_sessions: '数据库会话数', db_sessions_active: '活动会话数', db_sessions_max: '会话数上限', db_locks_waiting: '等待锁的会话',
    db_cache_hit_percent: '数据库缓存命中率', db_size_bytes: '数据库大小', db_queries_per_second: '数据库查询', db_transactions_per_second: '数据库事务', db_slow_statements_total: '慢语句', db_deadlocks_total: '死锁',
  },
  ruleName: {
    'ledger-gap': '环节之间记录对不上账', 'cpu-high': 'CPU 繁忙', 'cpu-saturated': 'CPU 耗尽', 'process-cpu': '有进程占满一个核心', 'memory-high': '内存不足', 'memory-exhausted': '内存即将耗尽', 'swap-high': '服务器正在使用交换区', 'disk-filling': '磁盘空间趋紧', 'disk-full': '磁盘即将写满',
    'agent-silent': '服务器失联', 'database-down': '数据库无响应', 'database-locks': '有语句在等待锁', 'process-down': '受关注的进程未运行', 'cpu-anomaly': 'CPU 使用异常', 'memory-anomaly': '内存使用异常',
  },
  ruleText: {
    'cpu-high': '全部核心合计繁忙度超过 85%。请查看进程表中的占用者；若持续下去，界面会变慢并出现超时。',
    'cpu-saturated': '全部核心繁忙度超过 95% 已达两分钟，用户正在等待。请停止或迁移占用者，或增加核心。',
    'process-cpu': '有程序占用一个核心的 90% 以上。报表或过账任务可能短时如此，死循环则会一直如此。进程表中可见其名称。',
    'memory-high': '内存使用超过 90%。请查找持续增长的程序，数据库缓存也可能设置过大。',
    'memory-exhausted': '内存使用超过 97%，系统很快会换出内存或终止程序。请立即释放或增加内存。',
    'swap-high': '交换区占用过半已达五分钟。被换出的程序响应缓慢，请找出超额使用内存的程序。',
    'disk-filling': '有文件系统占用超过 85%。常见原因是旧备份、日志和导出文件。',
    'disk-full': '有文件系统占用超过 95%。写满后数据库将停止写入，请立即清理或扩容。',
    'agent-silent': '已有两分钟没有收到数据：服务器、网络或代理已停止。',
    'database-down': '代理无法连接此数据库，数据库报告中有错误信息。',
    'database-locks': '超过五个会话等待锁已达一分钟。请找出持有锁的会话，通常是被遗忘的事务。',
    'process-down': '代理受命关注的进程不存在。请启动它，并在其日志中查找退出原因。',
    'cpu-anomaly': '当前值与此服务器每周此时的常态相差很大。不一定有问题，请对照近期变化。',
    'memory-anomaly': '当前值与此服务器每周此时的常态相差很大。不一定有问题，请对照近期变化。',
  },
};

export default messages;
