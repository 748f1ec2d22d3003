using Orrery.Interfaces.Health;

namespace Orrery.Grains.Tests.Health;

/// <summary>Batches as agents send them, and questions as the portal asks them.</summary>
static class Samples
{
    /// <summary>A batch of one sample.</summary>
    public static byte[] One(string metric, DateTimeOffset at, double value, params (string Label, string Value)[] labels) => Of((metric, labels, [(at, value)]));

    public static byte[] Of(params (string Metric, (string Label, string Value)[] Labels, (DateTimeOffset At, double Value)[] Samples)[] series)
    {
        var writer = new SampleBatchWriter();
        foreach (var (metric, labels, samples) in series)
        {
            byte[] key = KeyOf(metric, labels);
            writer.Add(key, SeriesKey.Hash(key), [.. samples.Select(sample => sample.At.ToUnixTimeMilliseconds())], [.. samples.Select(sample => sample.Value)]);
        }

        return writer.ToArray();
    }

    public static byte[] KeyOf(string metric, params (string Label, string Value)[] labels) =>
        SeriesKey.Encode([new(SeriesKey.NameLabel, metric), .. labels.Select(label => new KeyValuePair<string, string>(label.Label, label.Value))]);

    public static LabelMatcher[] Named(string metric) => [new(SeriesKey.NameLabel, MatchKind.Equal, metric)];

    /// <summary>Sends a batch by the intake that the server belongs to.</summary>
    public static async Task<SampleOutcome> SendAsync(this TestFleet fleet, string server, byte[] batch) => (await fleet.IntakeOf(server).Append([new ServerSamples(server, batch)]))[0];

    /// <summary>Sends one sample of now.</summary>
    public static Task<SampleOutcome> SendAsync(this TestFleet fleet, string server, string metric, double value, params (string Label, string Value)[] labels) =>
        fleet.SendAsync(server, One(metric, fleet.Time.GetUtcNow(), value, labels));

    public static ISampleIntakeGrain IntakeOf(this TestFleet fleet, string server) => fleet.Grains.GetGrain<ISampleIntakeGrain>(new IntakeOptions().PartitionOf(server).ToString());

    /// <summary>All values of a metric in a range, oldest first, of all series together.</summary>
    public static async Task<double[]> ValuesAsync(this TestFleet fleet, string server, string metric, DateTimeOffset from, DateTimeOffset to, TimeSpan step)
    {
        var result = await fleet.Health(server).Query(new SeriesQuery(
            Named(metric), from.ToUnixTimeMilliseconds(), to.ToUnixTimeMilliseconds(), (long)step.TotalMilliseconds, SeriesFunction.Average));
        return [.. result.Series.SelectMany(series => series.Values).Where(value => !double.IsNaN(value))];
    }
}
