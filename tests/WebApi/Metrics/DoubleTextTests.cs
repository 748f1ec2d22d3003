using System.Globalization;
using System.Text;
using Orrery.WebApi.Metrics;

namespace Orrery.WebApi.Tests.Metrics;

public sealed class DoubleTextTests
{
    [Theory]
    [InlineData(0, "0")]
    [InlineData(1, "1")]
    [InlineData(-1.5, "-1.5")]
    [InlineData(0.1, "0.1")]
    [InlineData(0.000001, "0.000001")]
    [InlineData(99.94, "99.94")]
    [InlineData(10.05, "10.05")]
    [InlineData(123456789.123456, "123456789.123456")]
    [InlineData(999999999.999999, "999999999.999999")]
    [InlineData(double.NaN, "null")]
    [InlineData(double.PositiveInfinity, "null")]
    [InlineData(double.NegativeInfinity, "null")]
    public void Values_are_written_as_people_write_them(double value, string text) => Text(value).ShouldBe(text);

    [Fact]
    public void Every_value_reads_back_equal_and_none_is_longer_than_the_shortest_text()
    {
        var random = new Random(20_260_131);
        for (int i = 0; i < 300_000; i++)
        {
            double value = (i % 4) switch
            {
                0 => BitConverter.Int64BitsToDouble(random.NextInt64()),
                1 => Math.Round(random.NextDouble() * 1e6, random.Next(8)),
                2 => (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-8, 17)),
                _ => random.Next(-1000, 1000) / 64.0,
            };
            if (!double.IsFinite(value))
                continue;
            string text = Text(value);
            double.Parse(text, CultureInfo.InvariantCulture).ShouldBe(value, $"seed 20260131, step {i}");
            string shortest = value.ToString("R", CultureInfo.InvariantCulture);
            if (!shortest.Contains('E', StringComparison.Ordinal))
                text.Length.ShouldBeLessThanOrEqualTo(shortest.Length, $"{text} for {shortest}");
        }
    }

    static string Text(double value)
    {
        Span<byte> target = stackalloc byte[DoubleText.BytesMax];
        return Encoding.ASCII.GetString(target[..DoubleText.Write(value, target)]);
    }
}
