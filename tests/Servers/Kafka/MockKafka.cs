using System.Runtime.InteropServices;

namespace Orrery.Tests.Servers;

/// <summary>
/// A Kafka cluster inside this process: the mock that librdkafka carries, which speaks the real protocol over loopback. It keeps about 5 MB a partition and
/// nothing over its end; it creates no topics by request, looks up no offsets by time, and fences no transactions.
/// </summary>
internal sealed class MockKafka : IDisposable
{
    const int ProducerType = 0, ErrorTextBytes = 512, UnknownTopic = 3, NoError = 0, RefusalsMax = 100_000;

    /// <summary>Produce, Fetch, ListOffsets.</summary>
    static readonly short[] RecordRequests = [0, 1, 2];

    readonly nint client, cluster;

    MockKafka(nint client, nint cluster)
    {
        this.client = client;
        this.cluster = cluster;
        Address = Marshal.PtrToStringUTF8(rd_kafka_mock_cluster_bootstraps(cluster))!;
    }

    /// <summary>Why it cannot run here, or null.</summary>
    public static string? Missing => NativeLibrary.TryLoad("librdkafka.so.1", out _) ? null : "Kafka's client library is not installed (Debian: apt-get install librdkafka1)";

    /// <summary>Where its brokers listen: <c>127.0.0.1:port</c>, with commas between several.</summary>
    public string Address { get; }

    public static MockKafka Start(int brokers = 1)
    {
        byte[] error = new byte[ErrorTextBytes];
        nint settings = rd_kafka_conf_new();
        Set(settings, "client.id", "mock-host", error);
        // The host is a client that is never connected: what it says of that is no news.
        Set(settings, "log_level", "0", error);
        nint client = rd_kafka_new(ProducerType, settings, error, (nuint)error.Length);
        if (client == 0) throw new InvalidOperationException($"The mock cluster's client could not be made: {Text(error)}");
        nint cluster = rd_kafka_mock_cluster_new(client, brokers);
        return cluster != 0 ? new MockKafka(client, cluster) : throw new InvalidOperationException("The mock cluster could not be made.");
    }

    public void CreateTopic(string name, int partitions)
    {
        int error = rd_kafka_mock_topic_create(cluster, name, partitions, 1);
        if (error != NoError) throw new InvalidOperationException($"The mock cluster did not create '{name}': error {error}.");
    }

    /// <summary>From here on every answer about the topic says that there is none, as after it was deleted; what is asked of other topics' records is refused as well.</summary>
    public void HideTopic(string name)
    {
        rd_kafka_mock_topic_set_error(cluster, name, UnknownTopic);
        int[] errors = [.. Enumerable.Repeat(UnknownTopic, RefusalsMax)];
        foreach (short request in RecordRequests) rd_kafka_mock_push_request_errors_array(cluster, request, (nuint)errors.Length, errors);
    }

    /// <summary>The topic is there again, with what it held.</summary>
    public void ShowTopic(string name)
    {
        foreach (short request in RecordRequests) rd_kafka_mock_clear_request_errors(cluster, request);
        rd_kafka_mock_topic_set_error(cluster, name, NoError);
    }

    /// <summary>The broker's connections break and no new ones are taken.</summary>
    public void StopBroker(int number = 1) => rd_kafka_mock_broker_set_down(cluster, number);

    public void StartBroker(int number = 1) => rd_kafka_mock_broker_set_up(cluster, number);

    public void Dispose()
    {
        rd_kafka_mock_cluster_destroy(cluster);
        rd_kafka_destroy(client);
    }

    static void Set(nint settings, string name, string value, byte[] error)
    {
        if (rd_kafka_conf_set(settings, name, value, error, (nuint)error.Length) != 0) throw new InvalidOperationException(Text(error));
    }

    static string Text(byte[] error) => System.Text.Encoding.UTF8.GetString(error).TrimEnd('\0');

    const string Library = "librdkafka.so.1";

    [DllImport(Library)]
    static extern nint rd_kafka_conf_new();

    [DllImport(Library)]
    static extern int rd_kafka_conf_set(nint settings, [MarshalAs(UnmanagedType.LPUTF8Str)] string name, [MarshalAs(UnmanagedType.LPUTF8Str)] string value, byte[] error, nuint errorBytes);

    [DllImport(Library)]
    static extern nint rd_kafka_new(int type, nint settings, byte[] error, nuint errorBytes);

    [DllImport(Library)]
    static extern void rd_kafka_destroy(nint client);

    [DllImport(Library)]
    static extern nint rd_kafka_mock_cluster_new(nint client, int brokers);

    [DllImport(Library)]
    static extern void rd_kafka_mock_cluster_destroy(nint cluster);

    [DllImport(Library)]
    static extern nint rd_kafka_mock_cluster_bootstraps(nint cluster);

    [DllImport(Library)]
    static extern int rd_kafka_mock_topic_create(nint cluster, [MarshalAs(UnmanagedType.LPUTF8Str)] string topic, int partitions, int replicas);

    [DllImport(Library)]
    static extern void rd_kafka_mock_topic_set_error(nint cluster, [MarshalAs(UnmanagedType.LPUTF8Str)] string topic, int error);

    [DllImport(Library)]
    static extern void rd_kafka_mock_push_request_errors_array(nint cluster, short request, nuint count, int[] errors);

    [DllImport(Library)]
    static extern void rd_kafka_mock_clear_request_errors(nint cluster, short request);

    [DllImport(Library)]
    static extern int rd_kafka_mock_broker_set_down(nint cluster, int broker);

    [DllImport(Library)]
    static extern int rd_kafka_mock_broker_set_up(nint cluster, int broker);
}
