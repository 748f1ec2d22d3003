using Microsoft.Extensions.Options;
using Orrery.Interfaces.Health;
using Orrery.Interfaces.Keys;
using Orrery.WebApi.Intake;

namespace Orrery.WebApi.Tests.Intake;

/// <summary>The reading half of a door without HTTP and grains: bytes in, batches out.</summary>
sealed class DoorBench
{
    public DoorBench(Action<OrreryApiOptions>? configure = null, TimeProvider? time = null)
    {
        configure?.Invoke(Bounds);
        Directory = new SeriesDirectory(Options.Create(Bounds), Options.Create(new IntakeOptions()), time ?? TimeProvider.System);
        Key = Directory.Of(new ApiKeyInfo("k1", "acme", "berlin", "The Key", "ada", DateTimeOffset.UnixEpoch, null), Directory.Minute);
        Work.Begin(Bounds);
    }

    public OrreryApiOptions Bounds { get; } = new();

    public SeriesDirectory Directory { get; }

    public KeyIntake Key { get; }

    public IntakeWork Work { get; } = new();

    public void ReadRemoteWrite(byte[] body) => new RemoteWriteReader(Key, Work, Bounds, Directory.Minute).Read(body);

    public string ReadJson(string body) => new SampleJsonReader(System.Text.Encoding.UTF8.GetBytes(body), Key, Work, Bounds, Directory.Minute).Read();

    /// <summary>Every sample in the batches as <c>server name{label="value"} at=value</c>.</summary>
    public IReadOnlyList<string> Samples()
    {
        var samples = new List<string>();
        foreach ((ServerSlot slot, SampleBatchWriter writer) in Work.Batches)
        {
            var reader = new SampleBatchReader(writer.WrittenSpan);
            while (reader.MoveNext())
            {
                reader.Hash.ShouldBe(SeriesKey.Hash(reader.Key));
                IReadOnlyDictionary<string, string> labels = SeriesKey.Parse(reader.Key);
                string name = $"{labels["__name__"]}{{{string.Join(",", labels.Where(label => label.Key != "__name__").Select(label => $"{label.Key}=\"{label.Value}\""))}}}";
                long[] times = new long[reader.Count];
                double[] values = new double[reader.Count];
                reader.CopyTimes(times);
                reader.CopyValues(values);
                samples.AddRange(times.Zip(values, (at, value) => FormattableString.Invariant($"{slot.Key} {name} {at}={value}")));
            }
        }
        return samples;
    }

    /// <summary>Dropped samples as <c>reason count</c>.</summary>
    public IReadOnlyList<string> Dropped() => [.. Work.Drops.Counts.Select(drop => $"{Drops.NameOf(drop.Reason)} {drop.Count}")];
}
