using Microsoft.Extensions.DependencyInjection;
using Orrery.Grains.Secrets;
using Orrery.Grains.Topics;
using Orrery.Interfaces.Topics;
using Orrery.Log;
using Orrery.Log.Embedded;
using Orrery.Runtime;
using Orrery.Runtime.Testing;

namespace Orrery.Grains.Tests.Topics;

/// <summary>Two silos that share one log directory, and state that outlives both.</summary>
sealed class TopicCluster : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("orrery-topics-");
    readonly InProcessTestCluster cluster;

    TopicCluster(short silos, Action<IServiceCollection>? configure, Action<InProcessTestClusterBuilder>? build)
    {
        var builder = new InProcessTestClusterBuilder { InitialSilosCount = silos };
        builder.AddGrains(typeof(GrainServices).Assembly)
            .ConfigureCluster(options =>
            {
                options.Lease = TimeSpan.FromSeconds(2);
                options.LeaseMargin = TimeSpan.FromMilliseconds(500);
                options.RenewPeriod = options.WatchPeriod = TimeSpan.FromMilliseconds(200);
                options.StoreTimeout = TimeSpan.FromSeconds(1);
            })
            .ConfigureSiloHost(host =>
            {
                host.Services.AddEmbeddedLog(_ => new EmbeddedLogOptions { Directory = folder.FullName });
                var embedded = host.Services.Last(service => service.ServiceType == typeof(ILog));
                host.Services.Remove(embedded);
                host.Services.AddSingleton<ILog>(provider => new GatedLog((ILog)embedded.ImplementationFactory!(provider), Gates));
                host.Services.AddOrreryGrains(_ => new byte[SecretBox.KeyBytes]);
                configure?.Invoke(host.Services);
            });
        build?.Invoke(builder);
        cluster = builder.Build();
    }

    public LogGates Gates { get; } = new();

    public InProcessTestCluster Silos => cluster;

    public IGrainFactory Grains => cluster.Client;

    public static async Task<TopicCluster> StartAsync(short silos = 2, Action<IServiceCollection>? configure = null, Action<InProcessTestClusterBuilder>? build = null)
    {
        var made = new TopicCluster(silos, configure, build);
        await made.cluster.DeployAsync();
        return made;
    }

    /// <summary>Makes a topic and gives the silo that owns the partition, and the other one.</summary>
    public async Task<(InProcessSiloHandle Owner, InProcessSiloHandle Other)> CreateAsync(string topic, int partitions = 1, int partition = 0)
    {
        await Grains.GetGrain<ITopicGrain>(topic).Create(new TopicSettings { Partitions = partitions });
        var owner = cluster.Silos.Single(silo => silo.Owns(Grains.GetGrain<ITopicPartitionGrain>(TopicKeys.Partition(topic, partition))));
        return (owner, cluster.Silos.First(silo => silo != owner));
    }

    public static TopicWriter WriterOf(InProcessSiloHandle silo, string topic, int partitions = 1, long producer = 7) =>
        new(silo.Client, topic, partitions, producer, epoch: 1, TimeProvider.System, new Random(1), new TopicWriterOptions { AttemptsMax = 200, PauseMax = TimeSpan.FromMilliseconds(200) });

    public static TopicReader ReaderOf(InProcessSiloHandle silo, string topic, int partition = 0, long offset = 0) =>
        new(silo.Client, topic, partition, offset, TimeProvider.System, new Random(2), new TopicWriterOptions { AttemptsMax = 200, PauseMax = TimeSpan.FromMilliseconds(200) });

    /// <summary>The values of all records of a partition, as text.</summary>
    public static async Task<List<string>> ReadAllAsync(InProcessSiloHandle silo, string topic, int partition = 0)
    {
        var reader = ReaderOf(silo, topic, partition);
        var values = new List<string>();
        while (true)
        {
            var slice = await reader.ReadAsync(1 << 20, TimeSpan.Zero, CancellationToken.None).WaitAsync(Patience);
            values.AddRange(slice.Records().Select(record => System.Text.Encoding.UTF8.GetString(record.Record.Value.Span)));
            if (slice.Next >= slice.End) return values;
        }
    }

    public static void Add(TopicWriter writer, string value, string key = "k") =>
        writer.Add(System.Text.Encoding.UTF8.GetBytes(key), System.Text.Encoding.UTF8.GetBytes(value), timestampMilliseconds: 1);

    public async ValueTask DisposeAsync()
    {
        await cluster.DisposeAsync();
        folder.Delete(recursive: true);
    }
}
