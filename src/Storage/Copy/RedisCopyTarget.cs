using System.Globalization;
using System.Runtime.CompilerServices;
using Orrery.Runtime.Storage;
using Orrery.Storage.Chunks;
using Orrery.Storage.Redis;
using StackExchange.Redis;

namespace Orrery.Storage.Copy;

/// <summary>A Redis. The mark is the hash <c>PREFIX:copy</c>, written in the script that writes the rows.</summary>
sealed class RedisCopyTarget(RedisStore store) : ICopyTarget
{
    const int ScanCount = 500;
    const int ChunksPage = 64;

    const string MarkFunction = """
        local function mark() redis.call('HSET', P .. ':copy', 'source', ARGV[3], 'state_id', ARGV[4], 'chunk_id', ARGV[5], 'is_finished', ARGV[6]) end

        """;

    static readonly string StatesScript = RedisStore.Script(MarkFunction + """
        for i = 7, #ARGV, 5 do
          local key = P .. ':state:' .. ARGV[i]
          redis.call('HSET', key, 'shard', ARGV[i + 1], 'term', '0', 'version', ARGV[i + 2])
          if ARGV[i + 3] == '1' then redis.call('HSET', key, 'value', ARGV[i + 4]) else redis.call('HDEL', key, 'value') end
        end
        mark()
        return 0
        """);

    static readonly string RemindersScript = RedisStore.Script(MarkFunction + RedisReminderTable.Functions + """

        for i = 7, #ARGV, 15 do
          put(i, ARGV[i + 4], redis.call('HGET', P .. ':reminder:' .. ARGV[i], 'shard'))
          redis.call('SADD', P .. ':reminders-of:' .. ARGV[i + 1], ARGV[i])
          redis.call('ZADD', P .. ':reminders', 0, ARGV[i])
        end
        mark()
        return 0
        """);

    static readonly string ChunksScript = RedisStore.Script(MarkFunction + RedisChunkStore.Functions + "\nput(7)\nmark()\nreturn 0");

    static readonly string ReadStatesScript = RedisStore.Script("""
        local rows = {}
        for i = 3, #ARGV do rows[#rows + 1] = redis.call('HMGET', ARGV[i], 'shard', 'version', 'value') end
        return rows
        """);

    readonly RedisChunkStore chunkStore = new(store);

    public string Description => store.Description;

    public IReminderTable Reminders { get; } = new RedisReminderTable(store);

    public async Task<CopyMark?> ReadMarkAsync(CancellationToken cancellationToken)
    {
        await store.OpenAsync(cancellationToken);
        var fields = await store.ReadAsync("read the copy's mark", database => database.HashGetAsync($"{store.Prefix}:copy", ["source", "state_id", "chunk_id", "is_finished"]), cancellationToken);
        return fields[0].IsNull ? null : new((string)fields[0]!, (long)fields[1], (long)fields[2], (long)fields[3] == 1);
    }

    public async Task<bool> IsEmptyAsync(CancellationToken cancellationToken)
    {
        foreach (var kind in (string[])["state", "reminder", "chunk-times"])
        {
            await foreach (var _ in ScanAsync($"{store.Prefix}:{kind}:*", cancellationToken)) return false;
        }

        return true;
    }

    public async Task WriteAsync(IReadOnlyList<StateRow> states, IReadOnlyList<ReminderRow> reminders, IReadOnlyList<Chunk> chunks, CopyMark mark, CancellationToken cancellationToken)
    {
        RedisValue[] marks = [mark.Source, mark.StateId, mark.ChunkId, mark.IsFinished ? 1 : 0];
        await store.EvaluateAsync("copy grain state", StatesScript, isRead: false, [.. marks, .. states.SelectMany(row => new RedisValue[]
        {
            RedisTexts.Join(row.Key.GrainType, row.Key.GrainKey, row.Key.StateName), row.Shard, row.Version, row.Value is null ? 0 : 1, row.Value ?? [],
        })], cancellationToken);
        if (reminders.Count > 0)
            await store.EvaluateAsync("copy reminders", RemindersScript, isRead: false, [.. marks, .. reminders.SelectMany(row => RedisReminderTable.Values(row with { Term = 0 }))], cancellationToken);
        if (chunks.Count > 0) await store.EvaluateAsync("copy chunks", ChunksScript, isRead: false, [.. marks, .. RedisChunkStore.Values(chunks)], cancellationToken);
    }

    public async IAsyncEnumerable<StateRow> ReadStatesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var page = new List<string>();
        var prefix = $"{store.Prefix}:state:";
        await foreach (var key in ScanAsync(prefix + "*", cancellationToken))
        {
            page.Add(key);
            if (page.Count < ScanCount) continue;
            foreach (var row in await ReadStatesAsync(page, prefix, cancellationToken)) yield return row;
            page.Clear();
        }

        foreach (var row in await ReadStatesAsync(page, prefix, cancellationToken)) yield return row;
    }

    public async IAsyncEnumerable<Chunk> ReadChunksAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var prefix = $"{store.Prefix}:chunk-times:";
        await foreach (var key in ScanAsync(prefix + "*", cancellationToken))
        {
            var name = RedisTexts.Split(key[prefix.Length..]);
            var kind = (ChunkKind)int.Parse(name[1], CultureInfo.InvariantCulture);
            var times = await chunkStore.ListAsync(name[0], kind, long.MinValue, long.MaxValue, cancellationToken);
            foreach (var page in times.Chunk(ChunksPage))
            {
                var data = await store.ReadAsync(
                    "read copied chunks", database => database.HashGetAsync($"{store.Prefix}:chunks:{key[prefix.Length..]}", [.. page.Select(chunk => (RedisValue)chunk.Key.Sequence)]), cancellationToken);
                for (var index = 0; index < page.Length; index++)
                    yield return new(name[0], page[index].Key, page[index].FirstMilliseconds, page[index].LastMilliseconds, (byte[])data[index]!);
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        store.Dispose();
        return ValueTask.CompletedTask;
    }

    async Task<IEnumerable<StateRow>> ReadStatesAsync(List<string> keys, string prefix, CancellationToken cancellationToken)
    {
        if (keys.Count == 0) return [];
        string[] names = [.. keys];
        var rows = (RedisResult[])await store.EvaluateAsync("read copied grain state", ReadStatesScript, isRead: true, [.. names.Select(name => (RedisValue)name)], cancellationToken);
        return rows.Select((row, index) =>
        {
            var (fields, key) = ((RedisResult[])row, RedisTexts.Split(names[index][prefix.Length..]));
            return new StateRow(new(key[0], key[1], key[2]), (int)fields[0], (long)fields[1], fields[2].IsNull ? null : (byte[])fields[2]);
        });
    }

    /// <summary>Each key once, though the server may name one twice.</summary>
    async IAsyncEnumerable<string> ScanAsync(string pattern, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var cursor = "0";
        do
        {
            var at = cursor;
            var answer = (RedisResult[])await store.ReadAsync("list keys", database => database.ExecuteAsync("SCAN", at, "MATCH", pattern, "COUNT", ScanCount), cancellationToken);
            cursor = (string)answer[0];
            foreach (var key in (RedisResult[])answer[1])
            {
                if (seen.Add((string)key)) yield return (string)key;
            }
        }
        while (cursor != "0");
    }
}
