using System.Diagnostics.Metrics;

namespace Orrery.WebApi.Intake;

/// <summary>What the doors count.</summary>
internal sealed class IntakeInstruments
{
    public const string MeterName = "Orrery.WebApi.Intake";

    readonly Counter<long> accepted;
    readonly Counter<long> duplicate;
    readonly Counter<long> dropped;
    long acceptedTotal;
    long duplicateTotal;
    long droppedTotal;

    public IntakeInstruments(IMeterFactory meters, SeriesDirectory directory)
    {
        Meter meter = meters.Create(MeterName);
        accepted = meter.CreateCounter<long>("orrery.intake.accepted", "{sample}", "Samples that were new and are durable.");
        duplicate = meter.CreateCounter<long>("orrery.intake.duplicate", "{sample}", "Samples that were there already.");
        dropped = meter.CreateCounter<long>("orrery.intake.dropped", "{sample}", "Samples that cannot be taken, by reason.");
        meter.CreateObservableGauge("orrery.intake.series", () => directory.SeriesCount, "{series}", "Series that the doors know.");
        meter.CreateObservableGauge("orrery.intake.series_memory", () => directory.SeriesBytes, "By", "Memory that known series take.");
        meter.CreateObservableGauge("orrery.intake.body_memory", () => directory.BodyBytes, "By", "Memory that bodies take at the moment.");
    }

    public long Accepted => Interlocked.Read(ref acceptedTotal);

    public long Duplicate => Interlocked.Read(ref duplicateTotal);

    public long Dropped => Interlocked.Read(ref droppedTotal);

    public void Count(long acceptedSamples, long duplicateSamples, Drops drops)
    {
        Interlocked.Add(ref acceptedTotal, acceptedSamples);
        accepted.Add(acceptedSamples);
        if (duplicateSamples > 0)
        {
            Interlocked.Add(ref duplicateTotal, duplicateSamples);
            duplicate.Add(duplicateSamples);
        }
        if (drops.Total == 0)
            return;
        Interlocked.Add(ref droppedTotal, drops.Total);
        foreach ((DropReason reason, long count) in drops.Counts)
            dropped.Add(count, new KeyValuePair<string, object?>("reason", Drops.NameOf(reason)));
    }
}
