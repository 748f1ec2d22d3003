namespace Orrery.Grains.Health.Anomaly;

/// <summary>What some neighbouring values have in common.</summary>
internal readonly record struct Stretch(double Low, double High, double Deviation);

/// <summary>The last values of a series, in two lengths: a few, which show a change early, and many, which show it surely.</summary>
internal sealed class RecentValues
{
    public const int Few = 8;
    public const int Many = 48;

    private readonly double[] values = new double[Many];
    private long count;

    public bool IsEmpty => count == 0;

    public double Latest => values[(count - 1) % Many];

    public bool HoldsFew => count >= Few;

    public bool HoldsMany => count >= Many;

    public void Add(double value) => values[count++ % Many] = value;

    public void Clear() => count = 0;

    /// <summary>What the last values have in common; at least so many are held.</summary>
    public Stretch Last(int length)
    {
        var start = (int)((count - length) % Many);
        var head = values.AsSpan(start, Math.Min(length, Many - start));
        var tail = values.AsSpan(0, length - head.Length);
        double low = double.PositiveInfinity, high = double.NegativeInfinity, sum = 0;
        Measure(head, ref low, ref high, ref sum);
        Measure(tail, ref low, ref high, ref sum);
        var mean = sum / length;
        return new Stretch(low, high, Math.Sqrt((Squares(head, mean) + Squares(tail, mean)) / length));
    }

    public void Walk(ref StateCursor cursor)
    {
        cursor.Walk(values.AsSpan());
        cursor.Walk(ref count);
        if (count < 0)
            throw new InvalidDataException($"Anomaly state names {count} recent values; there cannot be fewer than 0.");
    }

    private static void Measure(ReadOnlySpan<double> values, ref double low, ref double high, ref double sum)
    {
        foreach (var value in values)
        {
            low = Math.Min(low, value);
            high = Math.Max(high, value);
            sum += value;
        }
    }

    private static double Squares(ReadOnlySpan<double> values, double mean)
    {
        double squares = 0;
        foreach (var value in values)
            squares += (value - mean) * (value - mean);
        return squares;
    }
}
