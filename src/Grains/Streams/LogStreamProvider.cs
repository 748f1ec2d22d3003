using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orrery.Grains.Topics;
using Orrery.Interfaces.Topics;

namespace Orrery.Grains.Streams;

/// <summary>
/// Streams over the log: a namespace is the topic <c>stream-NAMESPACE</c>, a stream's key is its records' key, and a token is a record's offset. Items of a stream come in order and
/// at least once; an item that was written is durable.
/// </summary>
sealed class LogStreamProvider(string name, IServiceProvider services) : IStreamProvider
{
    readonly ConcurrentDictionary<string, Task<int>> partitions = new(StringComparer.Ordinal);

    public string Name => name;

    public bool IsRewindable => true;

    public IServiceProvider Services => services;

    public LogStreamOptions Options { get; } = services.GetRequiredService<IOptions<LogStreamOptions>>().Value;

    public IGrainFactory Grains => services.GetRequiredService<IGrainFactory>();

    public TimeProvider Time => services.GetRequiredService<TimeProvider>();

    public IAsyncStream<T> GetStream<T>(StreamId streamId)
    {
        if (streamId.FullKey.IsEmpty) throw new ArgumentException("The stream has no name: make it with StreamId.Create(namespace, key).", nameof(streamId));
        return new LogStream<T>(this, streamId);
    }

    /// <summary>The number of the stream's partition; its topic is made where it is missing.</summary>
    public async Task<int> PartitionOfAsync(StreamId stream)
    {
        string topic = StreamKeys.Topic(stream);
        var counted = partitions.GetOrAdd(topic, CountAsync);
        try
        {
            int count = await counted;
            return TopicPartitioner.PartitionOf(stream.Key.Span, count);
        }
        catch
        {
            partitions.TryRemove(KeyValuePair.Create(topic, counted));
            throw;
        }
    }

    public IStreamPartitionGrain Delivery(StreamId stream, int partition) => Grains.GetGrain<IStreamPartitionGrain>(StreamKeys.Partition(name, stream, partition));

    async Task<int> CountAsync(string topic) =>
        (await Grains.GetGrain<ITopicGrain>(topic).Create(new TopicSettings { Partitions = Options.Partitions, RetainAge = Options.RetainAge })).Partitions;
}

/// <summary>Registers streams over the log.</summary>
public static class LogStreamServices
{
    /// <summary>The name under which every silo of the product has the provider.</summary>
    public const string DefaultName = "log";

    /// <summary>Adds the stream provider of this name. The silo has to host the grains of this assembly, an <c>ILog</c> and reminders.</summary>
    public static IServiceCollection AddLogStreams(this IServiceCollection services, string name, Action<LogStreamOptions>? configure = null)
    {
        if (configure is not null) services.Configure(configure);
        services.AddKeyedSingleton<IStreamProvider>(name, static (provider, key) => new LogStreamProvider((string)key!, provider));
        if (services.Any(static service => service.ServiceType == typeof(ImplicitSubscribers))) return services;
        services.AddSingleton<ImplicitSubscribers>();
        services.AddKeyedTransient<IGrainExtension, StreamConsumerExtension>(typeof(IStreamConsumerExtension));
        return services;
    }
}
