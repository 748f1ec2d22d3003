using System.IO.Compression;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orrery.Connectors.ChangeCapture;
using Orrery.Connectors.Landing;
using Orrery.Connectors.ObjectStores;
using Orrery.Connectors.Rows;
using Orrery.Grains.Channels;
using Orrery.Grains.Channels.Sources;
using Orrery.Grains.Secrets;
using Orrery.Interfaces.Channels;
using Orrery.Interfaces.Ledger;
using Orrery.Interfaces.Tenants;
using Orrery.Log;
using Orrery.Log.Embedded;
using Orrery.Runtime;
using Orrery.Runtime.Storage;
using Orrery.Runtime.Testing;
using Orrery.Storage.Chunks;

namespace Orrery.Grains.Tests.Channels;

/// <summary>A silo with one channel from a scripted database into files; it can be killed and started again on what is stored.</summary>
sealed class ChannelFleet : IAsyncDisposable
{
    public const string Tenant = "acme", Channel = "acme/shop", Topic = "acme.shop";
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(90), Look = TimeSpan.FromMilliseconds(50);

    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("orrery-channels-");
    readonly InProcessTestCluster cluster;

    ChannelFleet(ChangeScript script)
    {
        var builder = new InProcessTestClusterBuilder();
        builder.UseStorage(new MemoryGrainStorage()).AddGrains(typeof(GrainServices).Assembly).ConfigureSiloHost(host =>
        {
            host.Logging.AddProvider(Logs);
            host.Services.AddEmbeddedLog(_ => new EmbeddedLogOptions { Directory = Path.Combine(folder.FullName, "log") });
            host.Services.AddSingleton<IChunkStore>(new MemoryChunkStore());
            host.Services.AddSingleton<ISourceFactory>(script);
            host.Services.Configure<ChannelOptions>(options =>
            {
                options.LakeFolder = Lake;
                options.Folders = [Shipped];
                options.WakePeriod = options.ReportPeriod = options.RetryPause = TimeSpan.FromMilliseconds(100);
                options.RetryPauseMax = options.IdleSeal = TimeSpan.FromMilliseconds(200);
                options.ReplayLetters = 50;
                options.Window = TimeSpan.FromSeconds(1);
            });
            host.Services.AddOrreryGrains(_ => new byte[SecretBox.KeyBytes]);
        });
        cluster = builder.Build();
    }

    public RecordedLogs Logs { get; } = new();

    public IGrainFactory Grains => cluster.Client;

    /// <summary>The services of the silo.</summary>
    public IServiceProvider Services => cluster.Silo.ServiceProvider;

    public IChannelGrain TheChannel => Grains.GetGrain<IChannelGrain>(Channel);

    public ILedgerGrain Ledger => Grains.GetGrain<ILedgerGrain>(Channel);

    public string Lake => Path.Combine(folder.FullName, "lake");

    /// <summary>Where agents ship their batches.</summary>
    public string Shipped => Path.Combine(folder.FullName, "shipped");

    public static Task<ChannelFleet> StartAsync(ChangeScript script, int partitions) => StartAsync(script, new ChannelSpec
    {
        Partitions = partitions,
        Source = new SourceSpec { Kind = "mysql", Connection = "Server=127.0.0.1", Tables = ["shop.*"] },
        Landing = new LandingSpec { RollSeconds = 1 },
    });

    public static async Task<ChannelFleet> StartAsync(ChangeScript script, ChannelSpec? spec)
    {
        var fleet = new ChannelFleet(script);
        await fleet.cluster.DeployAsync();
        await fleet.Grains.GetGrain<ITenantGrain>(Tenant).Create(new TenantDraft("Acme"));
        if (spec is not null)
            await fleet.TheChannel.Put(spec, null);
        return fleet;
    }

    /// <summary>Ends the silo as a crash does, and starts another on what is stored.</summary>
    public async Task CrashAsync()
    {
        await cluster.KillSiloAsync(cluster.Silo);
        await cluster.StartSiloAsync();
        await Grains.GetGrain<IChannelDirectoryGrain>(Interfaces.EntityKeys.Fleet).WakeAll();
    }

    /// <summary>Looks again and again until something is so.</summary>
    public async Task UntilAsync(string what, Func<Task<bool>> isSo, Func<Task<string>>? state = null)
    {
        using var limit = new CancellationTokenSource(Patience);
        using var timer = new PeriodicTimer(Look);
        while (!await isSo())
        {
            try
            {
                await timer.WaitForNextTickAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"Waited {Patience.TotalSeconds} s until {what}. {(state is null ? "" : await state())}");
            }
        }
    }

    /// <summary>Waits until every record that was given lies in files and every window's account came out even.</summary>
    public async Task SettleAsync(long records, string channel = Channel)
    {
        Task<string> Describe() => DescribeAsync(channel);
        await UntilAsync("all records lie in files", async () => Landed(await Grains.GetGrain<IChannelGrain>(channel).Get()) >= records, Describe);
        await UntilAsync("every window is closed", async () => await Grains.GetGrain<ILedgerGrain>(channel).GetSummary() is { OpenWindows: 0, OpenGaps: 0 }, Describe);
    }

    public Task<string> DescribeAsync() => DescribeAsync(Channel);

    public async Task<string> DescribeAsync(string channel)
    {
        ChannelInfo info = await Grains.GetGrain<IChannelGrain>(channel).Get();
        ChannelView view = await Grains.GetGrain<ILedgerGrain>(channel).Get();
        return $"{info.Source}; {string.Join("; ", info.Landing.Select(landing => landing.ToString()))}; {view.Summary}; hops {string.Join(", ", view.Hops.Select(hop => $"{hop.Name} {hop.Took.Records}/{hop.Gave.Records}"))}; "
            + $"gaps {string.Join(", ", view.Gaps)}";
    }

    static long Landed(ChannelInfo info) => info.Landing.Sum(landing => landing.Offset);

    /// <summary>What the landed changes come to, partition by partition in the order of offsets.</summary>
    public async Task<(Dictionary<long, string> Rows, int Records)> FoldAsync(int partitions)
    {
        var rows = new Dictionary<long, string>();
        int count = 0;
        for (int partition = 0; partition < partitions; partition++)
        {
            List<LandingRecord> records = await LandedAsync(Topic, partition);
            foreach (LandingRecord record in records)
                Apply(rows, record, partition, partitions);
            count += records.Count;
        }

        return (rows, count);
    }

    /// <summary>What is landed of a partition, repairs included, in the order of offsets.</summary>
    public async Task<List<LandingRecord>> LandedAsync(string topic, int partition)
    {
        using var store = new FolderObjectStore(Lake, TimeProvider.System);
        var reader = new ManifestReader(store, topic, partition, RecordHash.Compute);
        var records = new List<LandingRecord>();
        await foreach (LandingManifest manifest in reader.CommitsAsync(0))
            await foreach (LandingRecord record in reader.RecordsAsync(manifest))
                records.Add(record);
        await foreach (LandingManifest manifest in reader.RepairsAsync())
            await foreach (LandingRecord record in reader.RecordsAsync(manifest))
                records.Add(record);
        return [.. records.OrderBy(record => record.Offset)];
    }

    /// <summary>The texts of all landed files in the order of offsets.</summary>
    public IEnumerable<string> LandedTexts()
    {
        foreach (string file in Directory.EnumerateFiles(Path.Combine(Lake, Topic), "*.gz", SearchOption.AllDirectories).OrderBy(Path.GetFileName, StringComparer.Ordinal))
        {
            using var reader = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
            yield return reader.ReadToEnd();
        }
    }

    static void Apply(Dictionary<long, string> rows, LandingRecord record, int partition, int partitions)
    {
        var change = new ChangeReader(record.Value.Span);
        if (change.Kind == ChangeKind.Truncate)
        {
            foreach (long id in rows.Keys.Where(id => Interfaces.Topics.TopicPartitioner.PartitionOf(KeyOf(id), partitions) == partition).ToArray())
                rows.Remove(id);
            return;
        }

        if (!change.Before.IsEmpty)
            rows.Remove((long)RowValues.ReadAll(ChangeScript.Schema, change.Before)[0]!);
        if (!change.After.IsEmpty)
        {
            object?[] row = RowValues.ReadAll(ChangeScript.Schema, change.After);
            rows[(long)row[0]!] = (string)row[1]!;
        }
    }

    static byte[] KeyOf(long id)
    {
        var key = new RowWriter();
        key.BeginRow(1);
        key.WriteInt64(id);
        key.EndRow();
        return key.Written.ToArray();
    }

    public async ValueTask DisposeAsync()
    {
        await cluster.DisposeAsync();
        // Work of silos that were killed may still make files while their folders are being deleted.
        await UntilAsync("the folder is deleted", () =>
        {
            try
            {
                folder.Delete(recursive: true);
            }
            catch (IOException)
            {
                return Task.FromResult(false);
            }

            return Task.FromResult(true);
        });
    }
}
