using Orrery.Interfaces.Health;
using Orrery.WebApi.Errors;

namespace Orrery.WebApi.Intake;

/// <summary>What one request of a door works with, kept for the next: room for a series' samples, a batch a server, the counts of dropped samples.</summary>
internal sealed class IntakeWork
{
    const int WritersKeptMax = 128;
    const int WriterBytesKeptMax = 1 << 20;
    const int SamplesKept = 16_384;

    readonly Stack<SampleBatchWriter> spare = new();
    SampleBatchWriter?[] bySlot = [];
    long[] times = new long[256];
    double[] values = new double[256];
    int samplesLeft;

    public List<(ServerSlot Slot, SampleBatchWriter Writer)> Batches { get; } = [];

    public Drops Drops { get; } = new();

    public SeriesKeyBuilder Key { get; } = new();

    /// <summary>Times of the series under work.</summary>
    public long[] Times => times;

    /// <summary>Values of the series under work.</summary>
    public double[] Values => values;

    /// <summary>Begins a request.</summary>
    public void Begin(OrreryApiOptions bounds) => samplesLeft = bounds.SamplesPerRequestMax;

    /// <summary>Makes room for more samples of the series under work.</summary>
    public void Grow()
    {
        Array.Resize(ref times, times.Length * 2);
        Array.Resize(ref values, values.Length * 2);
    }

    /// <summary>Counts samples against the bound of a request.</summary>
    /// <exception cref="RefusedException">413: the request holds more.</exception>
    public void Count(int samples, OrreryApiOptions bounds)
    {
        samplesLeft -= samples;
        if (samplesLeft < 0)
            throw new RefusedException(StatusCodes.Status413PayloadTooLarge, $"The request holds more than {bounds.SamplesPerRequestMax} samples. Send less at a time.");
    }

    /// <summary>Adds the first <paramref name="count"/> samples of the series under work to its server's batch.</summary>
    public void Add(SeriesEntry entry, int count) => WriterOf(entry.Server).Add(entry.Key, entry.KeyHash, times.AsSpan(0, count), values.AsSpan(0, count));

    /// <summary>Ends a request; what grew far beyond the usual is let go.</summary>
    public void Clear()
    {
        foreach ((ServerSlot slot, SampleBatchWriter writer) in Batches)
        {
            bySlot[slot.Index] = null;
            if (writer.Bytes > WriterBytesKeptMax || spare.Count >= WritersKeptMax)
                continue;
            writer.Reset();
            spare.Push(writer);
        }
        Batches.Clear();
        Drops.Clear();
        if (times.Length > SamplesKept)
            (times, values) = (new long[SamplesKept], new double[SamplesKept]);
    }

    SampleBatchWriter WriterOf(ServerSlot slot)
    {
        if (slot.Index < bySlot.Length && bySlot[slot.Index] is { } writer)
            return writer;
        if (slot.Index >= bySlot.Length)
            Array.Resize(ref bySlot, Math.Max(slot.Index + 1, bySlot.Length * 2));
        writer = spare.TryPop(out SampleBatchWriter? kept) ? kept : new SampleBatchWriter();
        bySlot[slot.Index] = writer;
        Batches.Add((slot, writer));
        return writer;
    }
}
