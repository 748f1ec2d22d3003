namespace Orrery.Grains.Tests.Health.Series;

/// <summary>Values as tests need them: ordinary ones, and those that break codecs.</summary>
static class SampleValues
{
    public static readonly double StaleMarker = BitConverter.UInt64BitsToDouble(0x7FF0000000000002);

    static readonly double[] Odd =
    [
        0, -0.0, 1, -1, double.NaN, StaleMarker, BitConverter.UInt64BitsToDouble(0xFFF8123456789ABC), double.PositiveInfinity, double.NegativeInfinity,
        double.Epsilon, -double.Epsilon, double.MaxValue, double.MinValue, 0.1, 0.1 + 0.2, 1e15, 9007199254740993, 1e-15, 123456.789, 1e300, long.MaxValue, long.MinValue,
    ];

    public static double Any(Random random) => random.Next(5) switch
    {
        0 => Odd[random.Next(Odd.Length)],
        1 => BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)),
        2 => random.Next(1000),
        3 => Math.Round(random.NextDouble(), random.Next(1, 7)),
        _ => random.NextDouble(),
    };
}
