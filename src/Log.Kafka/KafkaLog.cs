using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging;

namespace Orrery.Log.Kafka;

/// <summary>
/// The log in a Kafka cluster: topics and partitions are Kafka's, a record is a Kafka record. One producer serves all partitions; each place that is read has a
/// consumer, assigned by partition, without groups: offsets are the readers' own. What makes batches whole and owners exclusive is in the records' headers
/// (<see cref="RecordTag"/>) and in markers (<see cref="Marker"/>); Kafka's transactions are not used.
/// </summary>
public sealed partial class KafkaLog : ILog
{
    /// <summary>Records that may wait in the producer, whatever their partitions allow; librdkafka's greatest.</summary>
    const int QueueRecordsLimit = 10_000_000;

    readonly Lock gate = new();
    readonly Dictionary<string, KafkaTopic> topics = new(StringComparer.Ordinal);
    IProducer<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>? producer;
    IConsumer<byte[]?, byte[]?>? control;
    bool closed;

    /// <exception cref="DllNotFoundException">Kafka's native client library is missing; the message says what to install.</exception>
    public KafkaLog(KafkaLogOptions options, TimeProvider time, ILogger<KafkaLog> logger, IMeterFactory meters)
    {
        ArgumentException.ThrowIfNullOrEmpty(options.BootstrapServers);
        KafkaLibrary.Prepare();
        Options = options;
        Time = time;
        Logger = logger;
        Instruments = new KafkaInstruments(meters);
    }

    /// <summary>Kafka's disks are its own.</summary>
    public DiskForecast? Disk => null;

    internal KafkaLogOptions Options { get; }

    internal TimeProvider Time { get; }

    internal ILogger Logger { get; }

    internal KafkaInstruments Instruments { get; }

    /// <summary>The producer of the day. One that has failed for good is replaced.</summary>
    internal IProducer<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> Producer
    {
        get
        {
            lock (gate)
            {
                ObjectDisposedException.ThrowIf(closed, this);
                return producer ??= NewProducer();
            }
        }
    }

    public async ValueTask<ILogTopic> OpenTopicAsync(string name, TopicOptions options, CancellationToken cancellationToken)
    {
        var errors = options.Validate().ToList();
        if (!TopicName().IsMatch(name)) errors.Insert(0, $"The topic name '{name}' is wrong; it has 1 to 100 characters of a-z, 0-9, '.', '-', '_' and begins with a letter or digit.");
        if (errors.Count > 0) throw new ArgumentException(string.Join(' ', errors), nameof(options));
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(closed, this);
            if (topics.TryGetValue(name, out var known)) return known;
        }

        int partitions = await Task.Run(() => EnsureTopic(name, options), cancellationToken).ConfigureAwait(false);
        if (partitions != options.Partitions)
            throw new ArgumentException($"Topic '{name}' has {partitions} partitions in Kafka and cannot be opened with {options.Partitions}: keys would move and records stay unread. Set its partitions to {partitions}, or change them in Kafka first.", nameof(options));
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(closed, this);
            if (!topics.TryGetValue(name, out var topic)) topics.Add(name, topic = new KafkaTopic(this, name, options));
            return topic;
        }
    }

    public async ValueTask DisposeAsync()
    {
        KafkaTopic[] open;
        lock (gate)
        {
            if (closed) return;
            closed = true;
            open = [.. topics.Values];
        }

        foreach (var topic in open) await topic.CloseAsync().ConfigureAwait(false);
        await Task.Run(() =>
        {
            producer?.Dispose();
            control?.Dispose();
        }).ConfigureAwait(false);
    }

    /// <summary>The first offset that is kept and the one after the last record. Blocks.</summary>
    /// <exception cref="LogException">The topic is gone, or no broker answers.</exception>
    internal (long Low, long High) QueryOffsets(TopicPartition place)
    {
        IConsumer<byte[]?, byte[]?> consumer;
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(closed, this);
            consumer = control ??= NewConsumer();
        }

        try
        {
            var offsets = consumer.QueryWatermarkOffsets(place, Options.AnswerTimeout);
            return (offsets.Low.Value, offsets.High.Value);
        }
        catch (KafkaException failure)
        {
            throw Translate(failure.Error, $"ask for the offsets of {place.Topic}/{place.Partition.Value}", failure);
        }
    }

    internal IConsumer<byte[]?, byte[]?> NewConsumer()
    {
        var settings = new ConsumerConfig
        {
            GroupId = "orrery",
            EnableAutoCommit = false,
            EnableAutoOffsetStore = false,
            AutoOffsetReset = AutoOffsetReset.Error,
            EnablePartitionEof = true,
            AllowAutoCreateTopics = false,
            FetchWaitMaxMs = 100,
            FetchErrorBackoffMs = 100,
            QueuedMinMessages = 50_000,
            QueuedMaxMessagesKbytes = 16 << 10,
            ConsumeResultFields = "headers,timestamp",
        };
        Apply(settings);
        return new ConsumerBuilder<byte[]?, byte[]?>(settings)
            .SetKeyDeserializer(KafkaBytes.Reader).SetValueDeserializer(KafkaBytes.Reader)
            .SetLogHandler(Tell).SetErrorHandler((_, error) => KafkaMessages.ClientError(Logger, error.Code.ToString(), error.Reason)).Build();
    }

    /// <summary>What a client's error means here.</summary>
    internal LogException Translate(Error error, string what, Exception failure) => error.Code switch
    {
        ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic or ErrorCode.Local_UnknownPartition =>
            new LogTopicMissingException($"Could not {what}: Kafka at {Options.BootstrapServers} has no such topic or partition ({error.Reason}). Was it deleted? Make it again, and what failed can be done again.", failure),
        ErrorCode.OffsetOutOfRange or ErrorCode.Local_AutoOffsetReset => new LogOffsetException($"Could not {what}: Kafka does not keep that offset any more, or does not have it yet ({error.Reason}).", -1, -1),
        _ => new LogUnavailableException($"Could not {what}: Kafka at {Options.BootstrapServers} answered {error.Code} ({error.Reason}). It is worth trying again.", failure),
    };

    /// <summary>How many partitions the topic has; it is made where it is missing.</summary>
    int EnsureTopic(string name, TopicOptions options)
    {
        using var admin = new DependentAdminClientBuilder(Producer.Handle).Build();
        string full = Options.TopicPrefix + name;
        try
        {
            if (CountPartitions(admin, full) is { } there) return there;
            if (!Options.CreatesTopics) throw new LogTopicMissingException($"Kafka at {Options.BootstrapServers} has no topic '{full}', and topics are not made here (KafkaLogOptions.CreatesTopics). Make it with {options.Partitions} partitions.");
            Create(admin, full, options);
            return CountPartitions(admin, full) ?? options.Partitions;
        }
        catch (KafkaException failure)
        {
            throw Translate(failure.Error, $"look for the topic '{full}'", failure);
        }
    }

    int? CountPartitions(IAdminClient admin, string full)
    {
        // All topics: asking for one by name could make it, with the cluster's default of partitions.
        var found = admin.GetMetadata(Options.AnswerTimeout).Topics.FirstOrDefault(topic => topic.Topic == full);
        return found is null || found.Error.IsError || found.Partitions.Count == 0 ? null : found.Partitions.Count;
    }

    void Create(IAdminClient admin, string full, TopicOptions options)
    {
        var settings = new Dictionary<string, string> { ["message.timestamp.type"] = "CreateTime" };
        if (options.Compacts) settings["cleanup.policy"] = options.RetainAge is null && options.RetainBytes is null ? "compact" : "compact,delete";
        if (options.Compacts) settings["delete.retention.ms"] = ((long)options.TombstoneAge.TotalMilliseconds).ToString(System.Globalization.CultureInfo.InvariantCulture);
        settings["retention.ms"] = options.RetainAge is { } age ? ((long)age.TotalMilliseconds).ToString(System.Globalization.CultureInfo.InvariantCulture) : "-1";
        settings["retention.bytes"] = options.RetainBytes?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "-1";
        try
        {
            admin.CreateTopicsAsync(
                [new TopicSpecification { Name = full, NumPartitions = options.Partitions, ReplicationFactor = Options.Replicas, Configs = settings }],
                new CreateTopicsOptions { RequestTimeout = Options.AnswerTimeout, OperationTimeout = Options.AnswerTimeout }).GetAwaiter().GetResult();
        }
        catch (CreateTopicsException failure) when (failure.Results.All(static result => result.Error.Code is ErrorCode.NoError or ErrorCode.TopicAlreadyExists))
        {
            // Another process made it in the same moment.
        }
        catch (KafkaException failure)
        {
            throw new LogTopicMissingException($"Kafka at {Options.BootstrapServers} has no topic '{full}' and did not make it ({failure.Message}). Make it with {options.Partitions} partitions.", failure);
        }
    }

    IProducer<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> NewProducer()
    {
        var settings = new ProducerConfig
        {
            EnableIdempotence = true,
            Acks = Acks.All,
            LingerMs = 2,
            MessageTimeoutMs = (int)Options.DeliveryTimeout.TotalMilliseconds,
            MessageMaxBytes = Options.RecordBytesLimit + 4096,
            QueueBufferingMaxMessages = QueueRecordsLimit,
            QueueBufferingMaxKbytes = 1 << 20,
            DeliveryReportFields = "none",
            // A topic that is gone is to fail its appends while somebody still waits for them.
            TopicMetadataPropagationMaxMs = (int)Math.Min(Options.DeliveryTimeout.TotalMilliseconds, 5_000),
        };
        Apply(settings);
        return new ProducerBuilder<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>(settings)
            .SetKeySerializer(KafkaBytes.KeyWriter).SetValueSerializer(KafkaBytes.ValueWriter)
            .SetLogHandler(Tell).SetErrorHandler(OnProducerError).Build();
    }

    void Apply(ClientConfig settings)
    {
        settings.BootstrapServers = Options.BootstrapServers;
        settings.ClientId = "orrery";
        settings.SocketNagleDisable = true;
        settings.ReconnectBackoffMaxMs = 1_000;
        foreach (var (name, value) in Options.Settings) settings.Set(name, value);
    }

    void OnProducerError(IProducer<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> failed, Error error)
    {
        if (!error.IsFatal)
        {
            KafkaMessages.ClientError(Logger, error.Code.ToString(), error.Reason);
            return;
        }

        KafkaMessages.ProducerLost(Logger, error.Code.ToString(), error.Reason);
        lock (gate)
        {
            if (ReferenceEquals(producer, failed)) producer = null;
        }

        // Not on its own thread, which this is. Its appends have failed, or fail now.
        _ = Task.Run(failed.Dispose);
    }

    void Tell(IClient client, LogMessage message) => KafkaMessages.ClientSays(Logger, message.Facility, message.Message);

    [GeneratedRegex("^[a-z0-9][a-z0-9._-]{0,99}$", RegexOptions.CultureInvariant)]
    private static partial Regex TopicName();
}
