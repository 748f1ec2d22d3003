namespace Orrery.Runtime.Storage;

/// <summary>Rows in memory, with the full rules of <see cref="IClusterStore"/>: for silos that share one process.</summary>
public sealed class MemoryClusterStore(string cluster = "memory") : IClusterStore
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<SiloId, MemberRow> _members = new(Comparer<SiloId>.Create(static (left, right) =>
        string.CompareOrdinal(left.Name, right.Name) is var order && order != 0 ? order : left.Generation.CompareTo(right.Generation)));

    private readonly ShardRow[] _shards = [.. Enumerable.Range(0, GrainShards.Count).Select(static shard => new ShardRow(shard, null, 0))];
    private long _shardsVersion;

    public Task<string> OpenAsync(CancellationToken cancellationToken) => Run(() => cluster, cancellationToken);

    public Task<ClusterSnapshot> ReadAsync(long knownShardsVersion, CancellationToken cancellationToken) => Run(
        () => new ClusterSnapshot(cluster, [.. _members.Values], _shardsVersion, knownShardsVersion == _shardsVersion ? null : [.. _shards]), cancellationToken);

    public Task<bool> TryAddMemberAsync(MemberRow row, CancellationToken cancellationToken) => Run(() => _members.TryAdd(row.Id, row), cancellationToken);

    public Task<bool> TryUpdateMemberAsync(MemberRow row, long expectedCounter, CancellationToken cancellationToken) => Run(
        () =>
        {
            if (!_members.TryGetValue(row.Id, out var stored) || stored.Counter != expectedCounter || !stored.IsLive) return false;
            _members[row.Id] = row;
            return true;
        },
        cancellationToken);

    public Task<IReadOnlyList<ShardRow>> TakeShardsAsync(SiloId taker, IReadOnlyList<ShardRow> expected, CancellationToken cancellationToken) => Run<IReadOnlyList<ShardRow>>(
        () =>
        {
            if (!_members.TryGetValue(taker, out var member) || member.Status != MemberStatus.Active) return [];
            var taken = new List<ShardRow>();
            foreach (var wanted in expected)
            {
                var stored = _shards[wanted.Shard];
                if (stored.Term != wanted.Term || (stored.Owner is { } owner && _members.TryGetValue(owner, out var other) && other.IsLive)) continue;
                _shards[wanted.Shard] = stored with { Owner = taker, Term = stored.Term + 1 };
                taken.Add(_shards[wanted.Shard]);
            }

            if (taken.Count > 0) _shardsVersion++;
            return taken;
        },
        cancellationToken);

    public Task FreeShardsAsync(SiloId owner, IReadOnlyList<ShardRow> owned, CancellationToken cancellationToken) => Run(
        () =>
        {
            foreach (var row in owned)
            {
                var stored = _shards[row.Shard];
                if (stored.Owner != owner || stored.Term != row.Term) continue;
                _shards[row.Shard] = stored with { Owner = null };
                _shardsVersion++;
            }

            return true;
        },
        cancellationToken);

    public Task PruneMembersAsync(int kept, CancellationToken cancellationToken) => Run(
        () =>
        {
            var owners = _shards.Select(shard => shard.Owner).OfType<SiloId>().ToHashSet();
            var newest = _members.Keys.GroupBy(id => id.Name).Select(group => group.MaxBy(id => id.Generation)).ToHashSet();
            var ended = _members.Values.Where(row => !row.IsLive).OrderByDescending(row => row.ChangedAt).Skip(kept);
            foreach (var row in ended.Where(row => !owners.Contains(row.Id) && !newest.Contains(row.Id)).ToList()) _members.Remove(row.Id);
            return true;
        },
        cancellationToken);

    private Task<T> Run<T>(Func<T> change, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return Task.FromCanceled<T>(cancellationToken);
        lock (_lock) return Task.FromResult(change());
    }
}
