using System.Globalization;
using System.Text.Json;
using Orrery.Runtime.Storage;
using Orrery.Storage.Cluster;
using StackExchange.Redis;

namespace Orrery.Storage.Redis;

/// <summary>
/// The cluster's rows in Redis: the hash <c>PREFIX:members</c> (silo to its row as JSON), the hash <c>PREFIX:shards</c> (number to <c>TERM OWNER</c>; a shard that was never
/// taken is missing) and the counter <c>PREFIX:shards-version</c>. Each change is one script, so takers and deaths stand in line by themselves.
/// </summary>
sealed class RedisClusterStore(RedisStore store) : IClusterStore, IDisposable
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Answers what is there even where the identity is another: who reads has to be told.</summary>
    const string ReadScript = """
        local P = ARGV[1]
        local version = redis.call('GET', P .. ':shards-version') or '0'
        return {redis.call('GET', P .. ':identity') or '', version, redis.call('HVALS', P .. ':members'), version ~= ARGV[2] and redis.call('HGETALL', P .. ':shards') or false}
        """;

    static readonly string AddScript = RedisStore.Script("return redis.call('HSETNX', P .. ':members', ARGV[3], ARGV[4])");

    static readonly string UpdateScript = RedisStore.Script("""
        local stored = redis.call('HGET', P .. ':members', ARGV[3])
        if not stored then return 0 end
        local row = cjson.decode(stored)
        if string.format('%.0f', row.counter) ~= ARGV[4] or row.status > 2 then return 0 end
        redis.call('HSET', P .. ':members', ARGV[3], ARGV[5])
        return 1
        """);

    static readonly string TakeScript = RedisStore.Script("""
        local live = {}
        local rows = redis.call('HGETALL', P .. ':members')
        local status
        for i = 1, #rows, 2 do
          local row = cjson.decode(rows[i + 1])
          if row.status <= 2 then live[rows[i]] = true end
          if rows[i] == ARGV[3] then status = row.status end
        end
        local taken = {}
        if status ~= 1 then return taken end
        for i = 4, #ARGV, 3 do
          local term, owner = string.match(redis.call('HGET', P .. ':shards', ARGV[i]) or '0 ', '^(%d+) (.*)$')
          if term == ARGV[i + 1] and not live[owner] then
            redis.call('HSET', P .. ':shards', ARGV[i], ARGV[i + 2] .. ' ' .. ARGV[3])
            taken[#taken + 1] = ARGV[i]
          end
        end
        if #taken > 0 then redis.call('INCR', P .. ':shards-version') end
        return taken
        """);

    static readonly string FreeScript = RedisStore.Script("""
        local freed = 0
        for i = 4, #ARGV, 2 do
          if redis.call('HGET', P .. ':shards', ARGV[i]) == ARGV[i + 1] .. ' ' .. ARGV[3] then
            redis.call('HSET', P .. ':shards', ARGV[i], ARGV[i + 1] .. ' ')
            freed = freed + 1
          end
        end
        if freed > 0 then redis.call('INCR', P .. ':shards-version') end
        return freed
        """);

    /// <summary>What was chosen on an older reading is removed only where it is still not live and owns nothing.</summary>
    static readonly string PruneScript = RedisStore.Script("""
        local owners = {}
        for _, shard in ipairs(redis.call('HVALS', P .. ':shards')) do owners[string.match(shard, '^%d+ (.*)$')] = true end
        for i = 3, #ARGV do
          local stored = redis.call('HGET', P .. ':members', ARGV[i])
          if stored and cjson.decode(stored).status > 2 and not owners[ARGV[i]] then redis.call('HDEL', P .. ':members', ARGV[i]) end
        end
        return 0
        """);

    public async Task<string> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await store.OpenAsync(cancellationToken);
        }
        catch (StoreException error)
        {
            throw new ClusterStoreException(error.Message, error);
        }
    }

    public async Task<ClusterSnapshot> ReadAsync(long knownShardsVersion, CancellationToken cancellationToken)
    {
        var answer = (RedisResult[])await store.ReadAsync("read the cluster's rows", database => database.ScriptEvaluateAsync(ReadScript, [], [store.Prefix, knownShardsVersion]), cancellationToken);
        var members = ClusterRows.Sort(((RedisResult[])answer[2]).Select(row => Decode((string)row)));
        return new((string)answer[0], members, (long)answer[1], answer[3].IsNull ? null : Shards((RedisResult[])answer[3]));
    }

    public async Task<bool> TryAddMemberAsync(MemberRow row, CancellationToken cancellationToken)
    {
        ClusterRows.Check(row);
        return (long)await store.EvaluateAsync($"add silo {row.Id}", AddScript, isRead: false, [row.Id.ToString(), Encode(row)], cancellationToken) > 0;
    }

    public async Task<bool> TryUpdateMemberAsync(MemberRow row, long expectedCounter, CancellationToken cancellationToken)
    {
        ClusterRows.Check(row);
        return (long)await store.EvaluateAsync($"update silo {row.Id}", UpdateScript, isRead: false, [row.Id.ToString(), expectedCounter, Encode(row)], cancellationToken) > 0;
    }

    public async Task<IReadOnlyList<ShardRow>> TakeShardsAsync(SiloId taker, IReadOnlyList<ShardRow> expected, CancellationToken cancellationToken)
    {
        ClusterRows.Check(expected);
        if (expected.Count == 0) return [];
        var arguments = new List<RedisValue>(expected.Count * 3 + 1) { taker.ToString() };
        foreach (var row in expected) arguments.AddRange([row.Shard, row.Term, row.Term + 1]);
        var taken = (RedisResult[])await store.EvaluateAsync($"take shards for silo {taker}", TakeScript, isRead: false, arguments, cancellationToken);
        var terms = expected.ToDictionary(row => row.Shard, row => row.Term + 1);
        return [.. taken.Select(shard => new ShardRow((int)shard, taker, terms[(int)shard]))];
    }

    public async Task FreeShardsAsync(SiloId owner, IReadOnlyList<ShardRow> owned, CancellationToken cancellationToken)
    {
        ClusterRows.Check(owned);
        if (owned.Count == 0) return;
        var arguments = new List<RedisValue>(owned.Count * 2 + 1) { owner.ToString() };
        foreach (var row in owned) arguments.AddRange([row.Shard, row.Term]);
        await store.EvaluateAsync($"free shards of silo {owner}", FreeScript, isRead: false, arguments, cancellationToken);
    }

    public async Task PruneMembersAsync(int kept, CancellationToken cancellationToken)
    {
        var snapshot = await ReadAsync(-1, cancellationToken);
        var pruned = ClusterRows.Prune(snapshot.Members, snapshot.Shards!.Select(row => row.Owner).OfType<SiloId>(), kept);
        if (pruned.Count > 0) await store.EvaluateAsync("remove old silos", PruneScript, isRead: false, [.. pruned.Select(id => (RedisValue)id.ToString())], cancellationToken);
    }

    public void Dispose() => store.Dispose();

    static ShardRow[] Shards(RedisResult[] fields)
    {
        var shards = new ShardRow[GrainShards.Count];
        for (var shard = 0; shard < shards.Length; shard++) shards[shard] = new(shard, null, 0);
        for (var index = 0; index < fields.Length; index += 2)
        {
            var (shard, value) = ((int)fields[index], (string)fields[index + 1]);
            var space = value.IndexOf(' ');
            shards[shard] = new(shard, space == value.Length - 1 ? null : SiloId.Parse(value[(space + 1)..]), long.Parse(value.AsSpan(0, space), CultureInfo.InvariantCulture));
        }

        return shards;
    }

    static string Encode(MemberRow row) => JsonSerializer.Serialize(
        new StoredMember(
            row.Id.Name, row.Id.Generation, row.Address, (int)row.Status, row.Counter, row.WireVersionLeast, row.WireVersionMost, row.Build,
            row.StartedAt.ToUnixTimeMilliseconds(), row.ChangedAt.ToUnixTimeMilliseconds(), row.Reason), Json);

    static MemberRow Decode(string text)
    {
        var row = JsonSerializer.Deserialize<StoredMember>(text, Json)!;
        return new()
        {
            Id = new(row.Name, row.Generation),
            Address = row.Address,
            Status = (MemberStatus)row.Status,
            Counter = row.Counter,
            WireVersionLeast = row.WireLeast,
            WireVersionMost = row.WireMost,
            Build = row.Build,
            StartedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.StartedAt),
            ChangedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.ChangedAt),
            Reason = row.Reason,
        };
    }

    sealed record StoredMember(string Name, long Generation, string Address, int Status, long Counter, int WireLeast, int WireMost, string Build, long StartedAt, long ChangedAt, string Reason);
}
