namespace Orrery.Grains.Health.Anomaly;

/// <summary>The last values, and what they have in common.</summary>
internal sealed class RecentWindow
{
    public const int Capacity = 24;

    private readonly double[] values = new double[Capacity];
    private int count;
    private int next;

    public bool IsFull => count == Capacity;

    public double Latest => values[(next + Capacity - 1) % Capacity];

    public bool IsEmpty => count == 0;

    public void Add(double value)
    {
        values[next] = value;
        next = (next + 1) % Capacity;
        count = Math.Min(count + 1, Capacity);
    }

    public void Clear() => (count, next) = (0, 0);

    /// <summary>Lowest, highest and standard deviation of the window's values.</summary>
    public (double Low, double High, double Deviation) Summary()
    {
        double low = double.PositiveInfinity, high = double.NegativeInfinity, sum = 0;
        foreach (var value in values.AsSpan(0, count))
        {
            low = Math.Min(low, value);
            high = Math.Max(high, value);
            sum += value;
        }

        var mean = sum / count;
        double squares = 0;
        foreach (var value in values.AsSpan(0, count))
            squares += (value - mean) * (value - mean);
        return (low, high, Math.Sqrt(squares / count));
    }

    public void Walk(ref StateCursor cursor)
    {
        cursor.Walk(values.AsSpan());
        cursor.Walk(ref count);
        cursor.Walk(ref next);
        if (count is < 0 or > Capacity || next is < 0 or >= Capacity)
            throw new InvalidDataException($"Anomaly state names {count} recent values, the next at {next}; it keeps {Capacity} at most.");
    }
}
