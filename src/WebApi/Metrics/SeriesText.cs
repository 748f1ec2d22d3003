using Orrery.Interfaces.Health;

namespace Orrery.WebApi.Metrics;

/// <summary>Writes query results as JSON without making an object a point.</summary>
internal static class SeriesText
{
    /// <summary>Writes the series of one server, each followed by a comma.</summary>
    public static void WriteSeries(PooledText text, string server, SeriesResult result, Func<SeriesPoints, bool>? keep = null)
    {
        foreach (SeriesPoints series in result.Series)
        {
            if (keep is not null && !keep(series))
                continue;
            WriteLabels(text, server, series.Labels);
            WriteValues(text, series.Values);
        }
    }

    static void WriteLabels(PooledText text, string server, IReadOnlyDictionary<string, string> labels)
    {
        text.Write("{\"labels\":{\"server\":"u8);
        text.WriteJson(server);
        foreach ((string name, string value) in labels)
        {
            text.Write(","u8);
            // "server" is the key of our server; a series' own label of that name moves aside, as in Prometheus.
            text.WriteJson(name == "server" ? "exported_server" : name);
            text.Write(":"u8);
            text.WriteJson(value);
        }
        text.Write("},\"values\":["u8);
    }

    static void WriteValues(PooledText text, double[] values)
    {
        const int run = 256;
        for (int i = 0; i < values.Length; i += run)
        {
            ReadOnlySpan<double> next = values.AsSpan(i, Math.Min(run, values.Length - i));
            Span<byte> target = text.GetSpan(next.Length * (DoubleText.BytesMax + 1));
            int at = 0;
            foreach (double value in next)
            {
                at += DoubleText.Write(value, target[at..]);
                target[at++] = (byte)',';
            }
            // The comma after the last value becomes the bracket's place.
            if (i + run >= values.Length)
                at--;
            text.Advance(at);
        }
        text.Write("]},"u8);
    }
}
