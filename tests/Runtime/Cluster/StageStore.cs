using Orrery.Runtime.Storage;

namespace Orrery.Runtime.Tests.Cluster;

internal enum StoreFault
{
    None,

    /// <summary>Nothing is done, and the caller is told so.</summary>
    Fails,

    /// <summary>It is done, and the caller hears an error.</summary>
    LosesTheAnswer,

    /// <summary>Neither done nor answered until the test says so.</summary>
    Hangs,
}

/// <summary>One silo's way to a shared store, with the faults that a test asks for.</summary>
internal sealed class StageStore(IClusterStore store) : IClusterStore
{
    private readonly List<(string Operation, TaskCompletionSource Go)> _hanging = [];

    /// <summary>Which fault an operation meets, by its name: open, read, add, update, take, free, prune.</summary>
    public Func<string, StoreFault> Faults { get; set; } = static _ => StoreFault.None;

    /// <summary>What reads show instead of what is stored.</summary>
    public Func<ClusterSnapshot, ClusterSnapshot> Shows { get; set; } = static snapshot => snapshot;

    public List<string> Operations { get; } = [];

    public IEnumerable<string> Hanging => _hanging.Select(pair => pair.Operation);

    /// <summary>The network to the store has carried at last what hung in it.</summary>
    public void LetGo()
    {
        foreach (var (_, go) in _hanging) go.TrySetResult();
        _hanging.Clear();
    }

    public Task<string> OpenAsync(CancellationToken cancellationToken) => RunAsync("open", () => store.OpenAsync(CancellationToken.None));

    public async Task<ClusterSnapshot> ReadAsync(long knownShardsVersion, CancellationToken cancellationToken) =>
        Shows(await RunAsync("read", () => store.ReadAsync(knownShardsVersion, CancellationToken.None)));

    public Task<bool> TryAddMemberAsync(MemberRow row, CancellationToken cancellationToken) => RunAsync("add", () => store.TryAddMemberAsync(row, CancellationToken.None));

    public Task<bool> TryUpdateMemberAsync(MemberRow row, long expectedCounter, CancellationToken cancellationToken) =>
        RunAsync("update", () => store.TryUpdateMemberAsync(row, expectedCounter, CancellationToken.None));

    public Task<IReadOnlyList<ShardRow>> TakeShardsAsync(SiloId taker, IReadOnlyList<ShardRow> expected, CancellationToken cancellationToken) =>
        RunAsync("take", () => store.TakeShardsAsync(taker, expected, CancellationToken.None));

    public Task FreeShardsAsync(SiloId owner, IReadOnlyList<ShardRow> owned, CancellationToken cancellationToken) => RunAsync("free", async () =>
    {
        await store.FreeShardsAsync(owner, owned, CancellationToken.None);
        return true;
    });

    public Task PruneMembersAsync(int kept, CancellationToken cancellationToken) => RunAsync("prune", async () =>
    {
        await store.PruneMembersAsync(kept, CancellationToken.None);
        return true;
    });

    private async Task<T> RunAsync<T>(string operation, Func<Task<T>> run)
    {
        Operations.Add(operation);
        await Task.Yield();
        var fault = Faults(operation);
        if (fault == StoreFault.Fails) throw new IOException($"The store was not reached to {operation}.");
        if (fault == StoreFault.Hangs)
        {
            var go = new TaskCompletionSource();
            _hanging.Add((operation, go));
            await go.Task;
        }

        var answer = await run();
        if (fault == StoreFault.LosesTheAnswer) throw new IOException($"The answer of the store to {operation} was lost.");
        return answer;
    }
}
