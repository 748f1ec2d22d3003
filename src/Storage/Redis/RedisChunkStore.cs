using System.Globalization;
using Orrery.Storage.Chunks;
using StackExchange.Redis;

namespace Orrery.Storage.Redis;

/// <summary>
/// Chunks in Redis, three keys per owner and kind (<c>OWNER|KIND</c>): the hash <c>PREFIX:chunks:…</c> from sequence to bytes, the hash <c>PREFIX:chunk-times:…</c> from
/// sequence to first time, last time and length, and the sorted set <c>PREFIX:chunk-order:…</c> of sequences by last time.
/// </summary>
sealed class RedisChunkStore(RedisStore store) : IChunkStore
{
    const int ArgumentsEach = 6;

    /// <summary>Redis keeps scores as doubles: whole numbers up to here are exact.</summary>
    const long MillisecondsMax = 1L << 53;

    public const string Functions = """
        local function put(at)
          for i = at, #ARGV, 6 do
            local name, sequence = ARGV[i], ARGV[i + 1]
            redis.call('HSET', P .. ':chunks:' .. name, sequence, ARGV[i + 5])
            redis.call('HSET', P .. ':chunk-times:' .. name, sequence, ARGV[i + 2] .. ' ' .. ARGV[i + 3] .. ' ' .. ARGV[i + 4])
            redis.call('ZADD', P .. ':chunk-order:' .. name, ARGV[i + 3], sequence)
          end
        end
        local function remove(name, sequence)
          redis.call('HDEL', P .. ':chunks:' .. name, sequence)
          redis.call('HDEL', P .. ':chunk-times:' .. name, sequence)
          redis.call('ZREM', P .. ':chunk-order:' .. name, sequence)
        end
        """;

    static readonly string WriteScript = RedisStore.Script(Functions + "\nput(3)\nreturn 0");

    /// <summary>How many to remove, pairs of name and sequence to remove, chunks to add.</summary>
    static readonly string ReplaceScript = RedisStore.Script(Functions + """

        local count = tonumber(ARGV[3])
        for i = 4, 3 + 2 * count, 2 do remove(ARGV[i], ARGV[i + 1]) end
        put(4 + 2 * count)
        return 0
        """);

    /// <summary>Name, from, to, to as a number for comparing, whether with bytes.</summary>
    static readonly string ReadScript = RedisStore.Script("""
        local name, answers = ARGV[3], {}
        for _, sequence in ipairs(redis.call('ZRANGEBYSCORE', P .. ':chunk-order:' .. name, ARGV[4], '+inf')) do
          local times = redis.call('HGET', P .. ':chunk-times:' .. name, sequence)
          if ARGV[5] == '+inf' or tonumber(string.match(times, '^(-?%d+)')) <= tonumber(ARGV[5]) then
            answers[#answers + 1] = sequence
            answers[#answers + 1] = times
            answers[#answers + 1] = ARGV[6] == '1' and redis.call('HGET', P .. ':chunks:' .. name, sequence)
          end
        end
        return answers
        """);

    static readonly string DeleteScript = RedisStore.Script(Functions + """

        local old = redis.call('ZRANGEBYSCORE', P .. ':chunk-order:' .. ARGV[3], '-inf', ARGV[4])
        for _, sequence in ipairs(old) do remove(ARGV[3], sequence) end
        return #old
        """);

    public async ValueTask WriteAsync(IReadOnlyList<Chunk> chunks, CancellationToken cancellationToken)
    {
        ChunkArguments.CheckChunks(chunks, owner: null);
        if (chunks.Count == 0) return;
        await store.EvaluateAsync("store chunks", WriteScript, isRead: false, [.. Values(chunks)], cancellationToken);
    }

    public async ValueTask ReplaceAsync(string owner, IReadOnlyList<ChunkKey> removed, IReadOnlyList<Chunk> added, CancellationToken cancellationToken)
    {
        ChunkArguments.CheckOwner(owner);
        ChunkArguments.CheckChunks(added, owner);
        IEnumerable<RedisValue> keys = removed.SelectMany(key => new RedisValue[] { NameOf(owner, key.Kind), key.Sequence });
        await store.EvaluateAsync("replace chunks", ReplaceScript, isRead: false, [removed.Count, .. keys, .. Values(added)], cancellationToken);
    }

    public async ValueTask<IReadOnlyList<ChunkInfo>> ListAsync(string owner, ChunkKind kind, long fromMilliseconds, long toMilliseconds, CancellationToken cancellationToken) =>
        [.. (await FindAsync("list chunks", owner, kind, fromMilliseconds, toMilliseconds, withData: false, cancellationToken)).Select(chunk => chunk.Info)];

    public async ValueTask<IReadOnlyList<Chunk>> ReadAsync(string owner, ChunkKind kind, long fromMilliseconds, long toMilliseconds, CancellationToken cancellationToken) =>
        [.. (await FindAsync("read chunks", owner, kind, fromMilliseconds, toMilliseconds, withData: true, cancellationToken)).Select(chunk => new Chunk(owner, chunk.Info.Key, chunk.Info.FirstMilliseconds, chunk.Info.LastMilliseconds, chunk.Data))];

    public async ValueTask<int> DeleteBeforeAsync(string owner, ChunkKind kind, long beforeMilliseconds, CancellationToken cancellationToken)
    {
        ChunkArguments.CheckOwner(owner);
        return (int)await store.EvaluateAsync("delete old chunks", DeleteScript, isRead: false, [NameOf(owner, kind), "(" + Score(beforeMilliseconds)], cancellationToken);
    }

    async Task<IEnumerable<(ChunkInfo Info, byte[] Data)>> FindAsync(string action, string owner, ChunkKind kind, long fromMilliseconds, long toMilliseconds, bool withData, CancellationToken cancellationToken)
    {
        ChunkArguments.CheckOwner(owner);
        var answers = (RedisResult[])await store.EvaluateAsync(
            action, ReadScript, isRead: true, [NameOf(owner, kind), Score(fromMilliseconds), Score(toMilliseconds), withData ? 1 : 0], cancellationToken);
        return answers.Chunk(3).Select(fields =>
        {
            var times = ((string)fields[1]).Split(' ');
            long Time(int index) => long.Parse(times[index], CultureInfo.InvariantCulture);
            return (new ChunkInfo(new(kind, (long)fields[0]), Time(0), Time(1), (int)Time(2)), withData ? (byte[])fields[2] : []);
        }).OrderBy(chunk => chunk.Item1.FirstMilliseconds).ThenBy(chunk => chunk.Item1.Key.Sequence);
    }

    public static IEnumerable<RedisValue> Values(IReadOnlyList<Chunk> chunks)
    {
        foreach (var chunk in chunks)
        {
            if (chunk.FirstMilliseconds <= -MillisecondsMax || chunk.LastMilliseconds >= MillisecondsMax)
                throw new ArgumentException($"Chunk {chunk.Key} of '{chunk.Owner}' spans {chunk.FirstMilliseconds} to {chunk.LastMilliseconds} ms: Redis keeps times up to {MillisecondsMax} exactly.", nameof(chunks));
        }

        return chunks.SelectMany(chunk => new RedisValue[ArgumentsEach] { NameOf(chunk.Owner, chunk.Key.Kind), chunk.Key.Sequence, chunk.FirstMilliseconds, chunk.LastMilliseconds, chunk.Data.Length, chunk.Data.ToArray() });
    }

    static string NameOf(string owner, ChunkKind kind) => RedisTexts.Join(owner, ((int)kind).ToString(CultureInfo.InvariantCulture));

    static string Score(long milliseconds) => milliseconds <= -MillisecondsMax ? "-inf" : milliseconds >= MillisecondsMax ? "+inf" : milliseconds.ToString(CultureInfo.InvariantCulture);
}
