using Microsoft.Extensions.Logging.Abstractions;
using Orrery.Log.Kafka;
using Orrery.Tests.Servers;

namespace Orrery.Log.Tests.Compliance;

/// <summary>librdkafka's mock cluster in this process.</summary>
public sealed class KafkaHost : ILogHost
{
    internal MockKafka Kafka { get; } = MockKafka.Start();

    public static string? Missing => MockKafka.Missing;

    public ILog Open(TimeProvider time) => Open(time, static options => options);

    internal KafkaLog Open(TimeProvider time, Func<KafkaLogOptions, KafkaLogOptions> configure) =>
        new(configure(new KafkaLogOptions { BootstrapServers = Kafka.Address, WatchPeriod = TimeSpan.FromMilliseconds(20) }), time, NullLogger<KafkaLog>.Instance, new TestMeters());

    public void CreateTopic(string name, int partitions) => Kafka.CreateTopic(name, partitions);

    public ValueTask DisposeAsync()
    {
        Kafka.Dispose();
        return ValueTask.CompletedTask;
    }
}
