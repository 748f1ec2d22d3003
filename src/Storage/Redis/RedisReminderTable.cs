using System.Globalization;
using Orrery.Runtime.Storage;
using StackExchange.Redis;

namespace Orrery.Storage.Redis;

/// <summary>
/// Reminders in Redis: a hash per row, <c>PREFIX:reminder:TYPE|KEY|NAME</c>, and three indexes over the rows' names: a sorted set per shard by due time
/// (<c>PREFIX:due:SHARD</c>), a set per grain (<c>PREFIX:reminders-of:TYPE|KEY</c>), and a sorted set of all (<c>PREFIX:reminders</c>), by which pages are read.
/// </summary>
sealed class RedisReminderTable(RedisStore store) : IReminderTable
{
    const int ArgumentsEach = 15;

    /// <summary>Names of all shards' reminders that one step of paging looks at.</summary>
    const int PageStep = 2000;

    public const string Functions = """
        local fields = {'shard', 'term', 'version', 'first_due', 'period', 'next_due', 'ran', 'failed', 'missed', 'attempts', 'repeated', 'late'}
        local function put(at, version, stored_shard)
          local name, shard = ARGV[at], ARGV[at + 2]
          if stored_shard and stored_shard ~= shard then redis.call('ZREM', P .. ':due:' .. stored_shard, name) end
          redis.call('HSET', P .. ':reminder:' .. name, 'shard', shard, 'term', ARGV[at + 3], 'version', version, 'first_due', ARGV[at + 6], 'period', ARGV[at + 7], 'next_due', ARGV[at + 8],
            'ran', ARGV[at + 9], 'failed', ARGV[at + 10], 'missed', ARGV[at + 11], 'attempts', ARGV[at + 12], 'repeated', ARGV[at + 13], 'late', ARGV[at + 14])
          redis.call('ZADD', P .. ':due:' .. shard, ARGV[at + 8], name)
        end
        local function add(answers, name)
          local row = redis.call('HMGET', P .. ':reminder:' .. name, unpack(fields))
          if row[1] then
            table.insert(row, 1, name)
            answers[#answers + 1] = row
          end
        end
        """;

    /// <summary>Values of a row: name, grain, shard, term, version expected, version next, first_due ... late.</summary>
    static readonly string UpsertScript = RedisStore.Script(Functions + """

        local row = redis.call('HMGET', P .. ':reminder:' .. ARGV[3], 'term', 'version', 'shard')
        if row[1] and newer(row[1], ARGV[6]) then return {'T', row[1]} end
        local version = row[2] and string.format('%.0f', tonumber(row[2]) + 1) or '1'
        put(3, version, row[3])
        redis.call('SADD', P .. ':reminders-of:' .. ARGV[4], ARGV[3])
        redis.call('ZADD', P .. ':reminders', 0, ARGV[3])
        return {'S', version}
        """);

    static readonly string UpdateScript = RedisStore.Script(Functions + """

        local answers = {}
        for at = 3, #ARGV, 15 do
          local row = redis.call('HMGET', P .. ':reminder:' .. ARGV[at], 'term', 'version', 'shard')
          local fits = row[1] and row[2] == ARGV[at + 4] and not newer(row[1], ARGV[at + 3])
          if fits then put(at, ARGV[at + 5], row[3]) end
          answers[#answers + 1] = fits and 1 or 0
        end
        return answers
        """);

    static readonly string RemoveScript = RedisStore.Script("""
        local name = ARGV[3]
        local row = redis.call('HMGET', P .. ':reminder:' .. name, 'term', 'shard')
        if not row[1] then return {'N'} end
        if newer(row[1], ARGV[5]) then return {'T', row[1]} end
        redis.call('DEL', P .. ':reminder:' .. name)
        redis.call('ZREM', P .. ':due:' .. row[2], name)
        redis.call('ZREM', P .. ':reminders', name)
        redis.call('SREM', P .. ':reminders-of:' .. ARGV[4], name)
        return {'S'}
        """);

    static readonly string ReadScript = RedisStore.Script(Functions + """

        local answers = {}
        add(answers, ARGV[3])
        return answers
        """);

    static readonly string ReadAllScript = RedisStore.Script(Functions + """

        local answers = {}
        for _, name in ipairs(redis.call('SMEMBERS', P .. ':reminders-of:' .. ARGV[3])) do add(answers, name) end
        return answers
        """);

    /// <summary>Until, limit, shards.</summary>
    static readonly string ReadDueScript = RedisStore.Script(Functions + """

        local due = {}
        for i = 5, #ARGV do
          local found = redis.call('ZRANGEBYSCORE', P .. ':due:' .. ARGV[i], '-inf', ARGV[3], 'WITHSCORES', 'LIMIT', 0, ARGV[4])
          for j = 1, #found, 2 do due[#due + 1] = {found[j], tonumber(found[j + 1])} end
        end
        table.sort(due, function(a, b) return a[2] < b[2] or (a[2] == b[2] and a[1] < b[1]) end)
        local answers = {}
        for i = 1, math.min(#due, tonumber(ARGV[4])) do add(answers, due[i][1]) end
        return answers
        """);

    /// <summary>From, names to look at, rows wanted, shards (none: all). Answers the last name looked at, whether that was the end, and the rows.</summary>
    static readonly string ReadPageScript = RedisStore.Script(Functions + """

        local wanted = {}
        for i = 6, #ARGV do wanted[ARGV[i]] = true end
        local names = redis.call('ZRANGEBYLEX', P .. ':reminders', ARGV[3], '+', 'LIMIT', 0, ARGV[4])
        local answers, last, left = {}, '', tonumber(ARGV[5])
        local stopped = #names == tonumber(ARGV[4])
        for _, name in ipairs(names) do
          if #answers == left then
            stopped = true
            break
          end
          last = name
          if #ARGV < 6 or wanted[redis.call('HGET', P .. ':reminder:' .. name, 'shard')] then add(answers, name) end
        end
        return {last, stopped and 1 or 0, answers}
        """);

    static readonly RedisValue[] AllShards = [.. Enumerable.Range(0, GrainShards.Count).Select(shard => (RedisValue)shard)];

    public async Task<ReminderRow> UpsertAsync(ReminderRow row, CancellationToken cancellationToken)
    {
        Check(row);
        var answer = (RedisResult[])await store.EvaluateAsync($"store reminder {row.Key}", UpsertScript, isRead: false, [.. Values(row)], cancellationToken);
        CheckTerm(row.Key, answer, row.Term);
        return row with { Version = (long)answer[1] };
    }

    public async Task<IReadOnlyList<ReminderRow?>> UpdateAsync(IReadOnlyList<ReminderRow> rows, CancellationToken cancellationToken)
    {
        foreach (var row in rows) Check(row);
        if (rows.Count == 0) return [];
        var answers = (RedisResult[])await store.EvaluateAsync($"update {rows.Count} reminders", UpdateScript, isRead: false, [.. rows.SelectMany(Values)], cancellationToken);
        return [.. rows.Select((row, index) => (long)answers[index] == 1 ? row with { Version = row.Version + 1 } : null)];
    }

    public async Task<bool> RemoveAsync(ReminderKey key, long term, CancellationToken cancellationToken)
    {
        var answer = (RedisResult[])await store.EvaluateAsync(
            $"remove reminder {key}", RemoveScript, isRead: false, [NameOf(key), RedisTexts.Join(key.GrainType, key.GrainKey), term], cancellationToken);
        CheckTerm(key, answer, term);
        return (string)answer[0] == "S";
    }

    public async Task<ReminderRow?> ReadAsync(ReminderKey key, CancellationToken cancellationToken) =>
        (await QueryAsync("read a reminder", ReadScript, [NameOf(key)], cancellationToken)).FirstOrDefault();

    public async Task<IReadOnlyList<ReminderRow>> ReadAllAsync(string grainType, string grainKey, CancellationToken cancellationToken) =>
        [.. (await QueryAsync("read a grain's reminders", ReadAllScript, [RedisTexts.Join(grainType, grainKey)], cancellationToken)).OrderBy(row => row.Key.Name, StringComparer.Ordinal)];

    public async Task<IReadOnlyList<ReminderRow>> ReadDueAsync(IReadOnlyCollection<int>? shards, DateTimeOffset until, int rowsLimit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rowsLimit, 1);
        if (shards is { Count: 0 }) return [];
        return await QueryAsync("read the due reminders", ReadDueScript, [until.ToUnixTimeMilliseconds(), rowsLimit, .. ShardsOf(shards) ?? AllShards], cancellationToken);
    }

    public async Task<IReadOnlyList<ReminderRow>> ReadPageAsync(IReadOnlyCollection<int>? shards, ReminderKey? after, int rowsLimit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rowsLimit, 1);
        if (shards is { Count: 0 }) return [];
        var rows = new List<ReminderRow>();
        var from = after is { } key ? "(" + NameOf(key) : "-";
        while (true)
        {
            var answer = (RedisResult[])await store.EvaluateAsync(
                "read a page of reminders", ReadPageScript, isRead: true, [from, PageStep, rowsLimit - rows.Count, .. ShardsOf(shards) ?? []], cancellationToken);
            rows.AddRange(Decode((RedisResult[])answer[2]));
            if (rows.Count == rowsLimit || (long)answer[1] == 0) return rows;
            from = "(" + (string)answer[0];
        }
    }

    async Task<IReadOnlyList<ReminderRow>> QueryAsync(string action, string script, RedisValue[] arguments, CancellationToken cancellationToken) =>
        [.. Decode((RedisResult[])await store.EvaluateAsync(action, script, isRead: true, arguments, cancellationToken))];

    static RedisValue[]? ShardsOf(IReadOnlyCollection<int>? shards) => shards is null ? null : [.. shards.Select(shard => (RedisValue)shard)];

    static string NameOf(ReminderKey key) => RedisTexts.Join(key.GrainType, key.GrainKey, key.Name);

    static void Check(ReminderRow row)
    {
        if (row.Period < TimeSpan.FromMilliseconds(1)) throw new ArgumentException($"The period of reminder {row.Key} is {row.Period}; it must be at least one millisecond.", nameof(row));
    }

    static void CheckTerm(ReminderKey key, RedisResult[] answer, long term)
    {
        if ((string)answer[0] != "T") return;
        var stored = (long)answer[1];
        throw new StaleTermException($"Reminder {key} was not changed: its row has term {stored}, the caller has {term}. Another silo owns its shard now.", stored, term);
    }

    public static RedisValue[] Values(ReminderRow row)
    {
        RedisValue[] values =
        [
            NameOf(row.Key), RedisTexts.Join(row.Key.GrainType, row.Key.GrainKey), row.Shard, row.Term, row.Version, row.Version + 1, row.FirstDue.ToUnixTimeMilliseconds(),
            (long)row.Period.TotalMilliseconds, row.NextDue.ToUnixTimeMilliseconds(), row.Ran, row.Failed, row.Missed, row.Attempts, row.Repeated, row.Late,
        ];
        return values.Length == ArgumentsEach ? values : throw new InvalidOperationException($"A reminder has {values.Length} values; the script reads {ArgumentsEach}.");
    }

    static IEnumerable<ReminderRow> Decode(RedisResult[] rows) => rows.Select(row =>
    {
        var fields = (RedisResult[])row;
        var name = RedisTexts.Split((string)fields[0]);
        long Number(int index) => long.Parse((string)fields[index], CultureInfo.InvariantCulture);
        return new ReminderRow
        {
            Key = new(name[0], name[1], name[2]),
            Shard = (int)Number(1),
            Term = Number(2),
            Version = Number(3),
            FirstDue = DateTimeOffset.FromUnixTimeMilliseconds(Number(4)),
            Period = TimeSpan.FromMilliseconds(Number(5)),
            NextDue = DateTimeOffset.FromUnixTimeMilliseconds(Number(6)),
            Ran = Number(7),
            Failed = Number(8),
            Missed = Number(9),
            Attempts = (int)Number(10),
            Repeated = Number(11),
            Late = Number(12),
        };
    });
}
