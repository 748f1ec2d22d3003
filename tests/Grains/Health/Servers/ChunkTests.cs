using Orrery.Grains.Health;
using Orrery.Interfaces.Health;
using Orrery.Storage.Chunks;
using Microsoft.Extensions.DependencyInjection;

namespace Orrery.Grains.Tests.Health.Servers;

public sealed class ChunkTests
{
    const string Server = "acme/berlin/erp-01";

    [Fact]
    public async Task Samples_go_into_chunks_by_age_and_the_log_need_not_keep_them()
    {
        await using var fleet = await TestFleet.StartAsync();
        await fleet.AddServerAsync(Server);
        var start = fleet.Time.GetUtcNow();
        await fleet.SendAsync(Server, "cpu_usage_percent", 20);
        (await Chunks(fleet, ChunkKind.Raw)).ShouldBeEmpty();

        await fleet.UntilAsync("the chunk", async () => (await Chunks(fleet, ChunkKind.Raw)).Count == 1, TimeSpan.FromMinutes(13), TimeSpan.FromSeconds(10));

        await fleet.CrashAsync();
        await fleet.IntakeOf(Server).CatchUp();
        (await fleet.SendAsync(Server, Samples.One("cpu_usage_percent", start, 20))).Duplicate.ShouldBe(1);
    }

    [Fact]
    public async Task Finished_days_are_compacted_summed_up_and_deleted_when_they_are_old()
    {
        await using var fleet = await TestFleet.StartAsync(services => services.Configure<HealthOptions>(options =>
        {
            options.RawRetention = TimeSpan.FromDays(3);
            options.MinuteRetention = TimeSpan.FromDays(4);
            options.HourRetention = TimeSpan.FromDays(30);
        }));
        await fleet.AddServerAsync(Server);
        var start = fleet.Time.GetUtcNow();
        for (int hour = 0; hour < 24; hour++)
        {
            var at = fleet.Time.GetUtcNow();
            await fleet.PassAsync(TimeSpan.FromHours(1), TimeSpan.FromMinutes(30));
            await fleet.SendAsync(Server, Samples.Of(("cpu_usage_percent", [], [.. Enumerable.Range(1, 360).Select(number => (at.AddSeconds(number * 10), (double)number))])));
        }

        await fleet.UntilAsync("the day to be compacted", async () => (await Chunks(fleet, ChunkKind.Compacted)).Count > 0, TimeSpan.FromHours(6), TimeSpan.FromMinutes(20));

        (await Chunks(fleet, ChunkKind.Raw)).ShouldAllBe(chunk => chunk.FirstMilliseconds >= start.AddDays(1).ToUnixTimeMilliseconds());
        (await Chunks(fleet, ChunkKind.Minute)).ShouldNotBeEmpty();
        (await Chunks(fleet, ChunkKind.Hour)).ShouldNotBeEmpty();
        var counts = await fleet.Health(Server).Query(new SeriesQuery(Samples.Named("cpu_usage_percent"), start.AddHours(1).ToUnixTimeMilliseconds(), start.AddHours(24).ToUnixTimeMilliseconds(), 3_600_000, SeriesFunction.Count));
        counts.Resolution.ShouldBe("1h");
        counts.Series.ShouldHaveSingleItem().Values.ShouldAllBe(count => count == 360);
        await fleet.UntilAsync("samples to be past their retention", async () => (await Chunks(fleet, ChunkKind.Compacted)).Count == 0, TimeSpan.FromDays(5), TimeSpan.FromHours(1));
        (await Chunks(fleet, ChunkKind.Hour)).ShouldNotBeEmpty();
        var late = await fleet.Health(Server).Query(new SeriesQuery(Samples.Named("cpu_usage_percent"), start.AddHours(1).ToUnixTimeMilliseconds(), start.AddHours(24).ToUnixTimeMilliseconds(), 3_600_000, SeriesFunction.Maximum));
        late.Series.ShouldHaveSingleItem().Values.Where(value => !double.IsNaN(value)).ShouldBe(Enumerable.Repeat(360.0, 24));
    }

    [Fact]
    public async Task Chunks_that_cannot_be_written_stay_in_the_log_and_are_written_later()
    {
        var chunks = new FaultyChunks();
        await using var fleet = await TestFleet.StartAsync(chunks: chunks);
        await fleet.AddServerAsync(Server);
        var start = fleet.Time.GetUtcNow();
        await fleet.SendAsync(Server, "cpu_usage_percent", 20);
        chunks.Fail = true;
        await Should.ThrowAsync<IOException>(() => fleet.Health(Server).Checkpoint(new IntakeOptions().PartitionOf(Server)));
        await fleet.SendAsync(Server, Samples.One("cpu_usage_percent", start.AddSeconds(10), 21));
        await fleet.PassAsync(TimeSpan.FromMinutes(12), TimeSpan.FromSeconds(10));
        await fleet.CrashAsync();
        chunks.Fail = false;
        await fleet.IntakeOf(Server).CatchUp();

        (await fleet.ValuesAsync(Server, "cpu_usage_percent", start, start.AddSeconds(10), TimeSpan.FromSeconds(10))).ShouldBe([20, 21]);
        await fleet.UntilAsync("the chunk", async () => (await Chunks(fleet, ChunkKind.Raw)).Count > 0, TimeSpan.FromMinutes(15), TimeSpan.FromSeconds(10));
    }

    static async Task<IReadOnlyList<ChunkInfo>> Chunks(TestFleet fleet, ChunkKind kind) => await fleet.Chunks.ListAsync(Server, kind, 0, long.MaxValue, CancellationToken.None);

    sealed class FaultyChunks : IChunkStore
    {
        readonly MemoryChunkStore store = new();

        public bool Fail { get; set; }

        public ValueTask WriteAsync(IReadOnlyList<Chunk> chunks, CancellationToken cancellationToken) => Fail ? throw new IOException("No space left on the disk (the test says so).") : store.WriteAsync(chunks, cancellationToken);

        public ValueTask ReplaceAsync(string owner, IReadOnlyList<ChunkKey> removed, IReadOnlyList<Chunk> added, CancellationToken cancellationToken) => store.ReplaceAsync(owner, removed, added, cancellationToken);

        public ValueTask<IReadOnlyList<ChunkInfo>> ListAsync(string owner, ChunkKind kind, long fromMilliseconds, long toMilliseconds, CancellationToken cancellationToken) => store.ListAsync(owner, kind, fromMilliseconds, toMilliseconds, cancellationToken);

        public ValueTask<IReadOnlyList<Chunk>> ReadAsync(string owner, ChunkKind kind, long fromMilliseconds, long toMilliseconds, CancellationToken cancellationToken) => store.ReadAsync(owner, kind, fromMilliseconds, toMilliseconds, cancellationToken);

        public ValueTask<int> DeleteBeforeAsync(string owner, ChunkKind kind, long beforeMilliseconds, CancellationToken cancellationToken) => store.DeleteBeforeAsync(owner, kind, beforeMilliseconds, cancellationToken);
    }
}
