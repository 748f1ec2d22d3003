using Microsoft.Extensions.DependencyInjection;
using Orrery.Runtime.Hosting;
using Orrery.Runtime.Storage;
using Orrery.Runtime.Testing;

namespace Orrery.Runtime.Tests.Persistence;

public sealed class PersistentStateTests
{
    private readonly FaultyStorage _storage = new();

    private Task<InProcessTestCluster> StartAsync(Action<SiloOptions>? options = null, TimeProvider? time = null) =>
        Clusters.StartAsync(options, time, builder => builder.UseStorage(_storage).ConfigureSilo(silo => silo.AddMemoryGrainStorage("other")));

    [Fact]
    public async Task A_written_state_is_there_after_a_crash_and_an_unwritten_one_is_not()
    {
        await using var cluster = await StartAsync();
        var grain = cluster.Client.GetGrain<IStoreGrain>("a");
        (await grain.Describe()).ShouldBe("Count=0 Word= Etag= Exists=False Other=0");
        await grain.Set(5, "five");
        await grain.Write();
        (await grain.Describe()).ShouldBe("Count=5 Word=five Etag=1 Exists=True Other=0");
        await grain.Set(6, "never written");
        await cluster.KillSiloAsync(cluster.Silo);
        await cluster.StartSiloAsync();
        grain = cluster.Client.GetGrain<IStoreGrain>("a");
        (await grain.Describe()).ShouldBe("Count=5 Word=five Etag=1 Exists=True Other=0");
    }

    [Fact]
    public async Task Reading_again_drops_changes_and_clearing_begins_anew()
    {
        await using var cluster = await StartAsync();
        var grain = cluster.Client.GetGrain<IStoreGrain>("a");
        await grain.Set(5, "five");
        await grain.Write();
        await grain.Set(9, "nine");
        await grain.Read();
        (await grain.Describe()).ShouldStartWith("Count=5 Word=five Etag=1");
        await grain.Clear();
        (await grain.Describe()).ShouldBe("Count=0 Word= Etag=2 Exists=False Other=0");
        await grain.Set(1, "one");
        await grain.Write();
        (await grain.Describe()).ShouldStartWith("Count=1 Word=one Etag=3 Exists=True");
    }

    [Fact]
    public async Task Two_values_of_a_grain_live_in_two_storages()
    {
        await using var cluster = await StartAsync();
        var grain = cluster.Client.GetGrain<IStoreGrain>("a");
        await grain.WriteOther(3);
        (await grain.Describe()).ShouldBe("Count=0 Word= Etag= Exists=False Other=3");
        var storage = cluster.Silo.ServiceProvider.GetRequiredKeyedService<IGrainStorage>("other");
        var read = new GrainState<StoreState>();
        await storage.ReadStateAsync("second", grain.GetGrainId(), read);
        read.State!.Count.ShouldBe(3);
        read.ETag.ShouldBe("1");
        read.State.Count = 4;
        await storage.WriteStateAsync("second", grain.GetGrainId(), read);
        read.ETag.ShouldBe("2");
        (await Should.ThrowAsync<InconsistentStateException>(() => grain.WriteOther(9))).StoredEtag.ShouldBe("2");
        await storage.ClearStateAsync("second", grain.GetGrainId(), read);
        read.RecordExists.ShouldBeFalse();
    }

    [Fact]
    public async Task A_write_that_conflicts_reaches_the_caller_and_the_grain_starts_anew_from_what_is_stored()
    {
        await using var cluster = await StartAsync();
        var grain = cluster.Client.GetGrain<IStoreGrain>("a");
        await grain.Set(1, "mine");
        await grain.Write();
        var key = new GrainStateKey("store", "a", "first");
        await _storage.ExecuteAsync([new(GrainStateOperationKind.Write, key, GrainShards.Of("store", "a"), 1, 1, "{\"count\":77}"u8.ToArray())], default);
        await grain.Set(2, "stale");
        var gone = cluster.Silo.DeactivationOf(grain);
        var error = await Should.ThrowAsync<InconsistentStateException>(() => grain.Write());
        (error.StoredEtag, error.CurrentEtag).ShouldBe(("2", "1"));
        (await gone).ReasonCode.ShouldBe(DeactivationReasonCode.ApplicationError);
        (await grain.Describe()).ShouldStartWith("Count=77 Word= Etag=2");
    }

    [Fact]
    public async Task A_conflict_that_the_grain_itself_handles_does_not_end_it()
    {
        await using var cluster = await StartAsync();
        var grain = cluster.Client.GetGrain<IStoreGrain>("a");
        await grain.Set(1, "mine");
        await grain.Write();
        await _storage.ExecuteAsync([new(GrainStateOperationKind.Write, new("store", "a", "first"), GrainShards.Of("store", "a"), 1, 1, "{\"count\":77}"u8.ToArray())], default);
        (await grain.WriteOrRead(5)).ShouldBe(77);
        cluster.Silo.IsActive(grain).ShouldBeTrue();
    }

    [Fact]
    public async Task A_row_of_a_newer_owner_fences_this_silo_off()
    {
        await using var cluster = await StartAsync();
        var grain = cluster.Client.GetGrain<IStoreGrain>("a");
        await grain.Set(1, "mine");
        await grain.Write();
        await _storage.ExecuteAsync([new(GrainStateOperationKind.Claim, new("store", "a", "first"), GrainShards.Of("store", "a"), 2, 0, default)], default);
        (await Should.ThrowAsync<InconsistentStateException>(() => grain.Write())).Message.ShouldContain("the row has term 2, newer than this silo's 1");
        await Should.ThrowAsync<InconsistentStateException>(() => grain.Describe()); // it cannot even be loaded here any more
    }

    [Fact]
    public async Task A_failed_load_fails_the_call_and_the_next_call_loads_again()
    {
        await using var cluster = await StartAsync();
        var grain = cluster.Client.GetGrain<IStoreGrain>("a");
        _storage.Fault = new IOException("the disk is gone");
        (await Should.ThrowAsync<IOException>(() => grain.Describe())).Message.ShouldBe("the disk is gone");
        _storage.Fault = null;
        (await grain.Describe()).ShouldStartWith("Count=0");
    }

    [Fact]
    public async Task A_failed_write_reaches_the_caller_and_the_grain_keeps_its_memory_for_another_try()
    {
        await using var cluster = await StartAsync();
        var grain = cluster.Client.GetGrain<IStoreGrain>("a");
        await grain.Set(5, "five");
        _storage.Fault = new IOException("full");
        await Should.ThrowAsync<IOException>(() => grain.Write());
        _storage.Fault = null;
        await grain.Write();
        (await grain.Describe()).ShouldStartWith("Count=5 Word=five Etag=1");
    }

    [Fact]
    public async Task A_storage_that_hangs_fails_its_batch_in_time()
    {
        var time = new ManualTimeProvider();
        await using var cluster = await StartAsync(options => options.StorageTimeout = TimeSpan.FromSeconds(5), time);
        var grain = cluster.Client.GetGrain<IStoreGrain>("a");
        await grain.Describe();
        _storage.Gate = Clusters.Signal();
        var write = grain.Write();
        await _storage.Entered.Task.Soon();
        // The bound on the batch is set just after the provider was entered.
        while (!write.IsCompleted) time.Advance(TimeSpan.FromSeconds(1));
        await Should.ThrowAsync<TimeoutException>(() => write.Soon());
        _storage.Gate = null;
        await grain.Read().Soon();
    }

    [Fact]
    public async Task Claims_of_many_grains_share_few_commits()
    {
        await using var cluster = await StartAsync();
        await cluster.Client.GetGrain<IStoreGrain>("warm").Describe();
        int before = _storage.Batches;
        _storage.Gate = Clusters.Signal();
        var calls = Enumerable.Range(0, 1_000).Select(number => cluster.Client.GetGrain<IStoreGrain>($"g{number}").Describe()).ToArray();
        await _storage.Entered.Task.Soon();
        var queue = cluster.Silo.ServiceProvider.GetRequiredService<Silo>().Storages.Find(null, null);
        while (_storage.LastBatchCount + queue.WaitingCount < 1_000) await Task.Yield();
        _storage.Gate.SetResult();
        await Task.WhenAll(calls).Soon();
        (_storage.Batches - before).ShouldBeInRange(1, 2);
    }

    [Fact]
    public async Task A_grain_whose_storage_is_not_registered_says_which_is_missing()
    {
        await using var cluster = await Clusters.StartAsync();
        var error = await Should.ThrowAsync<InvalidOperationException>(() => cluster.Client.GetGrain<IStoreGrain>("a").Describe());
        error.Message.ShouldContain("AddMemoryGrainStorage(\"other\")");
    }

    [Fact]
    public void Every_key_has_a_shard_that_never_changes_and_keys_spread_over_all()
    {
        GrainShards.Of("server", "tenant-1/server-1").ShouldBe(GrainShards.Of("server", "tenant-1/server-1"));
        new[] { GrainShards.Of("server", "a"), GrainShards.Of("server", "b"), GrainShards.Of("tenant", "a"), GrainShards.Of("server", "钟") }.ShouldBe(s_knownShards);
        var counts = new int[GrainShards.Count];
        for (int number = 0; number < 102_400; number++) counts[GrainShards.Of("server", $"tenant-{number % 100}/server-{number}")]++;
        counts.Min().ShouldBeGreaterThan(50);
        counts.Max().ShouldBeLessThan(160);
    }

    private static readonly int[] s_knownShards = [990, 630, 171, 786];
}

/// <summary>A memory storage that fails or waits when a test says so.</summary>
internal sealed class FaultyStorage : IFencedGrainStorage
{
    private readonly MemoryGrainStorage _rows = new();

    public Exception? Fault { get; set; }

    public TaskCompletionSource? Gate { get; set; }

    public TaskCompletionSource Entered { get; } = Clusters.Signal();

    public int Batches { get; private set; }

    public int LastBatchCount { get; private set; }

    public async Task ExecuteAsync(IReadOnlyList<GrainStateOperation> batch, CancellationToken cancellationToken)
    {
        Batches++;
        LastBatchCount = batch.Count;
        if (Fault is { } fault) throw fault;
        if (Gate is { } gate)
        {
            Entered.TrySetResult();
            await gate.Task.WaitAsync(cancellationToken);
        }

        await _rows.ExecuteAsync(batch, cancellationToken);
    }
}

public sealed class StoreState
{
    public int Count { get; set; }

    public string? Word { get; set; }
}

public interface IStoreGrain : IGrainWithStringKey
{
    Task Set(int count, string word);

    Task Write();

    Task Read();

    Task Clear();

    Task WriteOther(int count);

    Task<int> WriteOrRead(int count);

    Task<string> Describe();
}

public sealed class StoreGrain(
    [PersistentState("first")] IPersistentState<StoreState> first,
    [PersistentState("second", "other")] IPersistentState<StoreState> second) : Grain, IStoreGrain
{
    public Task Set(int count, string word)
    {
        (first.State.Count, first.State.Word) = (count, word);
        return Task.CompletedTask;
    }

    public Task Write() => first.WriteStateAsync();

    public Task Read() => first.ReadStateAsync();

    public Task Clear() => first.ClearStateAsync();

    public Task WriteOther(int count)
    {
        second.State.Count = count;
        return second.WriteStateAsync();
    }

    public async Task<int> WriteOrRead(int count)
    {
        first.State.Count = count;
        try
        {
            await first.WriteStateAsync();
        }
        catch (InconsistentStateException)
        {
            await first.ReadStateAsync();
        }

        return first.State.Count;
    }

    public Task<string> Describe() =>
        Task.FromResult($"Count={first.State.Count} Word={first.State.Word} Etag={first.Etag} Exists={first.RecordExists} Other={second.State.Count}");
}
