namespace Orrery.Log.Kafka;

/// <summary>Which Kafka cluster the log is in, and how it is used.</summary>
public sealed record KafkaLogOptions
{
    /// <summary>Some of its brokers: <c>host:port</c>, with commas between several.</summary>
    public required string BootstrapServers { get; init; }

    /// <summary>Further settings of librdkafka, by its names, such as <c>security.protocol</c> or <c>sasl.password</c>. They win over the log's own. Never logged.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Put before each topic's name, so that several installations share a cluster. Default: nothing.</summary>
    public string TopicPrefix { get; init; } = "";

    /// <summary>Whether topics that are missing are made, where the cluster allows it. Default true.</summary>
    public bool CreatesTopics { get; init; } = true;

    /// <summary>Replicas of topics that are made here; -1, the default, leaves it to the cluster.</summary>
    public short Replicas { get; init; } = -1;

    /// <summary>Largest key and value of one record together; not more than the cluster's <c>message.max.bytes</c>. Default 1,000,000.</summary>
    public int RecordBytesLimit { get; init; } = 1_000_000;

    /// <summary>How long a broker may take to acknowledge an append before it has failed. Default 30 s.</summary>
    public TimeSpan DeliveryTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a question to the brokers, or a read of records that are there, may take. Default 10 s.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a waiting reader asks for records that others than this process may have written. Default 200 ms.</summary>
    public TimeSpan WatchPeriod { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Records after which the owner of a partition writes down again how far its producers got, which bounds what the next owner has to read. Default 50,000.</summary>
    public int MarkerInterval { get; init; } = 50_000;

    /// <summary>How far back the newest record of Orrery's own is looked for when a partition is opened that others write to as well. Default 200,000 records.</summary>
    public int TailRecordsLimit { get; init; } = 200_000;

    /// <summary>How many producers are remembered in a partition, for they have to fit into one record. Default 20,000.</summary>
    public int ProducersLimit { get; init; } = 20_000;

    /// <summary>How many places of one partition are read at once without starting a consumer anew. Default 4.</summary>
    public int CursorsLimit { get; init; } = 4;
}
