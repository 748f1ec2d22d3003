using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Bench.Harness;
using Orrery.Runtime.Storage;
using Orrery.Storage.Chunks;
using Orrery.Storage.Sqlite;

namespace Orrery.Bench.Storage;

/// <summary>The embedded storage: durable writes one at a time and together, claims of rows as activations make them, chunks in bulk.</summary>
static class StorageBench
{
    const int Rows = 200_000;
    const int BatchRows = 2000;
    const int ValueBytes = 200;
    const int ChunkBytes = 16 << 10;

    public static async Task<IReadOnlyList<Figure>> RunAsync(BenchContext context)
    {
        var runs = new List<Dictionary<string, double>>();
        for (var run = 0; run < context.Runs; run++)
        {
            context.Say($"run {run + 1} of {context.Runs}");
            runs.Add(await RunOnceAsync(Path.Combine(context.Scratch, $"run{run}")));
        }

        double Median(string name) => BenchContext.Median(runs.Select(run => run[name]));
        return
        [
            new("one caller, one durable write at a time", Median("single"), "writes/s", "higher", null, "bare 4 KiB append and flush", Median("flush")),
            new("64 callers, each one write at a time", Median("grouped"), "writes/s", "higher"),
            new($"writes of {ValueBytes} B in batches of {BatchRows}", Median("batched"), "writes/s", "higher"),
            new($"first claims of {Rows:N0} rows", Median("claim"), "claims/s", "higher", 100_000),
            new("claims of rows with a value, same term", Median("reclaim"), "claims/s", "higher", 100_000),
            new("claims of rows with a value, next term", Median("raise"), "claims/s", "higher"),
            new("first claims, keys in no order", Median("scattered"), "claims/s", "higher"),
            new("chunks of 16 KiB, 64 a write", Median("chunks"), "MB/s", "higher"),
        ];
    }

    static async Task<Dictionary<string, double>> RunOnceAsync(string directory)
    {
        await using var services = new ServiceCollection().AddSqliteStorage(options => options.DataDirectory = directory).BuildServiceProvider();
        var states = services.GetRequiredService<IFencedGrainStorage>();
        var chunks = services.GetRequiredService<IChunkStore>();
        var ordered = Enumerable.Range(0, Rows).Select(row => $"tenant{row / 1000:D3}/server{row % 1000:D3}").ToArray();
        var random = new Random(7);
        var scattered = ordered.Select(key => $"{random.Next():x8}/{key}").ToArray();

        var figures = new Dictionary<string, double>
        {
            ["flush"] = FlushRate(directory),
            ["claim"] = await BatchesAsync(states, ordered, key => Claim("server", key, 1)),
            ["batched"] = await BatchesAsync(states, ordered, key => Write("server", key, 0)),
            ["reclaim"] = await BatchesAsync(states, ordered, key => Claim("server", key, 1)),
            ["raise"] = await BatchesAsync(states, ordered, key => Claim("server", key, 2)),
            ["scattered"] = await BatchesAsync(states, scattered, key => Claim("other", key, 1)),
            ["single"] = await CallersAsync(states, callers: 1, writes: 2000),
            ["grouped"] = await CallersAsync(states, callers: 64, writes: 500),
            ["chunks"] = await ChunksAsync(chunks, writes: 200, chunksEach: 64),
        };
        return figures;
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
