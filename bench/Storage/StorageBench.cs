using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Bench.Harness;
using Orrery.Runtime;
using Orrery.Runtime.Storage;
using Orrery.Storage.Chunks;

namespace Orrery.Bench.Storage;

/// <summary>The embedded storage, or a shared one: durable writes one at a time and together, claims of rows as activations make them, chunks in bulk.</summary>
static class StorageBench
{
    const int Rows = 200_000;
    const int SharedRows = 40_000;
    const int BatchRows = 2000;
    const int ValueBytes = 200;
    const int ChunkBytes = 16 << 10;

    public static async Task<IReadOnlyList<Figure>> RunAsync(BenchContext context)
    {
        var runs = new List<Dictionary<string, double>>();
        for (var run = 0; run < context.Runs; run++)
        {
            context.Say($"run {run + 1} of {context.Runs}");
            var directory = Path.Combine(context.Scratch, $"run{run}");
            await using var store = await BenchStore.StartAsync(context.Options.Find("store") ?? "sqlite", directory);
            runs.Add(await RunOnceAsync(store.Services, directory, store.IsShared));
            if (store.IsGiven) break; // It is not empty any more.
        }

        double Median(string name) => BenchContext.Median(runs.Select(run => run[name]));
        var rows = runs[0]["rows"];
        double? claimsGoal = runs[0].ContainsKey("take") ? null : 100_000; // The goal is the embedded file's.
        List<Figure> figures =
        [
            new("one caller, one durable write at a time", Median("single"), "writes/s", "higher", null, "bare 4 KiB append and flush", Median("flush")),
            new("64 callers, each one write at a time", Median("grouped"), "writes/s", "higher"),
            new($"writes of {ValueBytes} B in batches of {BatchRows}", Median("batched"), "writes/s", "higher"),
            new($"first claims of {rows:N0} rows", Median("claim"), "claims/s", "higher", claimsGoal),
            new("claims of rows with a value, same term", Median("reclaim"), "claims/s", "higher", claimsGoal),
            new("claims of rows with a value, next term", Median("raise"), "claims/s", "higher"),
            new("first claims, keys in no order", Median("scattered"), "claims/s", "higher"),
            new("chunks of 16 KiB, 64 a write", Median("chunks"), "MB/s", "higher"),
        ];
        if (!runs[0].ContainsKey("take")) return figures;
        figures.Add(new("all 1,024 shards taken, and freed again", Median("take"), "ms", "lower"));
        figures.Add(new("renewals of a lease, one after the other", Median("renew"), "renewals/s", "higher"));
        return figures;
    }

    static async Task<Dictionary<string, double>> RunOnceAsync(IServiceProvider services, string directory, bool isShared)
    {
        var states = services.GetRequiredService<IFencedGrainStorage>();
        var chunks = services.GetRequiredService<IChunkStore>();
        var rows = isShared ? SharedRows : Rows;
        var ordered = Enumerable.Range(0, rows).Select(row => $"tenant{row / 1000:D3}/server{row % 1000:D3}").ToArray();
        var random = new Random(7);
        var scattered = ordered.Select(key => $"{random.Next():x8}/{key}").ToArray();
        await states.ExecuteAsync([Claim("warm", "up", 1)], CancellationToken.None);

        var figures = new Dictionary<string, double>
        {
            ["rows"] = rows,
            ["flush"] = FlushRate(directory),
            ["claim"] = await BatchesAsync(states, ordered, key => Claim("server", key, 1)),
            ["batched"] = await BatchesAsync(states, ordered, key => Write("server", key, 0)),
            ["reclaim"] = await BatchesAsync(states, ordered, key => Claim("server", key, 1)),
            ["raise"] = await BatchesAsync(states, ordered, key => Claim("server", key, 2)),
            ["scattered"] = await BatchesAsync(states, scattered, key => Claim("other", key, 1)),
            ["single"] = await CallersAsync(states, callers: 1, writes: isShared ? 500 : 2000),
            ["grouped"] = await CallersAsync(states, callers: 64, writes: isShared ? 50 : 500),
            ["chunks"] = await ChunksAsync(chunks, writes: isShared ? 50 : 200, chunksEach: 64),
        };
        if (services.GetService<IClusterStore>() is { } cluster) (figures["take"], figures["renew"]) = await ClusterAsync(cluster);
        return figures;
    }

    static async Task<(double TakeMilliseconds, double RenewalsPerSecond)> ClusterAsync(IClusterStore cluster)
    {
        const int rounds = 10, renewals = 200;
        await cluster.OpenAsync(default);
        var row = new MemberRow
        {
            Id = new("bench", 1), Address = "127.0.0.1:1", Status = MemberStatus.Active, Counter = 1, WireVersionLeast = 1, WireVersionMost = 1, Build = "", StartedAt = DateTimeOffset.UnixEpoch, ChangedAt = DateTimeOffset.UnixEpoch,
        };
        await cluster.TryAddMemberAsync(row, default);
        var watch = Stopwatch.StartNew();
        for (var round = 0; round < rounds; round++)
        {
            var taken = await cluster.TakeShardsAsync(row.Id, (await cluster.ReadAsync(-1, default)).Shards!, default);
            if (taken.Count != GrainShards.Count) throw new InvalidOperationException($"{taken.Count} shards were taken.");
            await cluster.FreeShardsAsync(row.Id, taken, default);
        }

        var takeMilliseconds = watch.Elapsed.TotalMilliseconds / rounds;
        watch.Restart();
        for (var counter = 1; counter <= renewals; counter++)
        {
            if (!await cluster.TryUpdateMemberAsync(row with { Counter = counter + 1 }, counter, default)) throw new InvalidOperationException("A renewal was refused.");
        }

        return (takeMilliseconds, renewals / watch.Elapsed.TotalSeconds);
    }

    static async Task<double> BatchesAsync(IFencedGrainStorage states, string[] keys, Func<string, GrainStateOperation> make)
    {
        var batches = keys.Select(make).Chunk(BatchRows).ToList();
        var watch = Stopwatch.StartNew();
        foreach (var batch in batches) await states.ExecuteAsync(batch, CancellationToken.None);
        var seconds = watch.Elapsed.TotalSeconds;
        if (batches.Any(batch => batch.Any(operation => operation.Outcome != GrainStateOutcome.Succeeded))) throw new InvalidOperationException("An operation was refused.");
        return keys.Length / seconds;
    }

    static async Task<double> CallersAsync(IFencedGrainStorage states, int callers, int writes)
    {
        var names = Enumerable.Range(0, callers).Select(caller => $"caller{callers}-{caller}").ToList();
        await states.ExecuteAsync([.. names.Select(name => Claim("caller", name, 1))], CancellationToken.None);
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(names.Select(name => Task.Run(async () =>
        {
            for (var version = 0; version < writes; version++) await states.ExecuteAsync([Write("caller", name, version)], CancellationToken.None);
        })));
        return callers * writes / watch.Elapsed.TotalSeconds;
    }

    static async Task<double> ChunksAsync(IChunkStore chunks, int writes, int chunksEach)
    {
        var data = new byte[ChunkBytes];
        new Random(1).NextBytes(data);
        var watch = Stopwatch.StartNew();
        for (var write = 0; write < writes; write++)
        {
            await chunks.WriteAsync([.. Enumerable.Range(0, chunksEach).Select(owner => new Chunk($"server{owner}", new(ChunkKind.Raw, write), write, write, data))], CancellationToken.None);
        }

        return (double)writes * chunksEach * ChunkBytes / 1e6 / watch.Elapsed.TotalSeconds;
    }

    static double FlushRate(string directory)
    {
        Directory.CreateDirectory(directory);
        const int flushes = 1000;
        using var file = new FileStream(Path.Combine(directory, "flush"), FileMode.Create);
        var page = new byte[4096];
        var watch = Stopwatch.StartNew();
        for (var flush = 0; flush < flushes; flush++)
        {
            file.Write(page);
            file.Flush(flushToDisk: true);
        }

        return flushes / watch.Elapsed.TotalSeconds;
    }

    static GrainStateOperation Claim(string type, string key, long term) => new(GrainStateOperationKind.Claim, new(type, key, "state"), 0, term, 0, default);

    static GrainStateOperation Write(string type, string key, long version) => new(GrainStateOperationKind.Write, new(type, key, "state"), 0, 1, version, new byte[ValueBytes]);
}
