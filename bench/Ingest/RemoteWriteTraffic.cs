using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using Orrery.Bench.Harness;

namespace Orrery.Bench.Ingest;

/// <summary>
/// Prometheus remote-write requests of many series: values of real server machines (tiled to the wanted number, shifted in time and value) where the test data
/// is present, else seeded random walks with two decimals. Bodies are snappy blocks of literals, as the cheapest sender would make them.
/// </summary>
sealed class RemoteWriteTraffic
{
    readonly (byte[] Labels, double[] Values, int Shift, double Lift)[] series;
    readonly long firstMilliseconds;

    public RemoteWriteTraffic(int seriesCount, int samplesPerSeries, long stepMilliseconds)
    {
        SamplesPerSeries = samplesPerSeries;
        StepMilliseconds = stepMilliseconds;
        long now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        firstMilliseconds = (now / 60_000 * 60_000) - (samplesPerSeries * stepMilliseconds);
        var sources = LoadSources();
        series = new (byte[], double[], int, double)[seriesCount];
        for (int i = 0; i < seriesCount; i++)
        {
            var (instance, name, values) = sources[i % sources.Count];
            int tile = i / sources.Count;
            series[i] = (EncodeLabels(name, $"{instance}-{tile}"), values, tile * 977, tile * 0.001);
        }
    }

    public int SeriesCount => series.Length;

    public int SamplesPerSeries { get; }

    public long StepMilliseconds { get; }

    public long LastMilliseconds => firstMilliseconds + ((SamplesPerSeries - 1) * StepMilliseconds);

    public long Samples => (long)SeriesCount * SamplesPerSeries;

    /// <summary>The requests of one of several senders, in order of time: each has its share of the series.</summary>
    /// <param name="sender">0 to <paramref name="senders"/> - 1.</param>
    /// <param name="senders">How many senders share the series.</param>
    /// <param name="batch">Samples a series and request.</param>
    public IEnumerable<byte[]> Requests(int sender, int senders, int batch)
    {
        var message = new MemoryStream();
        var one = new MemoryStream();
        for (int from = 0; from < SamplesPerSeries; from += batch)
        {
            message.SetLength(0);
            for (int i = sender; i < series.Length; i += senders)
            {
                one.SetLength(0);
                one.Write(series[i].Labels);
                WriteSamples(one, i, from, Math.Min(from + batch, SamplesPerSeries));
                message.WriteByte(0x0A); // WriteRequest.timeseries
                WriteVarint(message, (ulong)one.Length);
                one.WriteTo(message);
            }

            yield return SnappyLiterals(message.GetBuffer().AsSpan(0, (int)message.Length));
        }
    }

    void WriteSamples(Stream output, int index, int from, int to)
    {
        Span<byte> sample = stackalloc byte[24];
        var (_, values, shift, lift) = series[index];
        for (int i = from; i < to; i++)
        {
            sample[0] = 0x09; // value, a double
            BinaryPrimitives.WriteDoubleLittleEndian(sample[1..], Math.Round(values[(i + shift) % values.Length] + lift, 6));
            sample[9] = 0x10; // timestamp, a varint
            int length = 10;
            for (ulong rest = (ulong)(firstMilliseconds + (i * StepMilliseconds)); ; rest >>= 7)
            {
                sample[length++] = (byte)(rest >= 128 ? (rest & 127) | 128 : rest);
                if (rest < 128)
                    break;
            }

            output.WriteByte(0x12); // TimeSeries.samples
            output.WriteByte((byte)length);
            output.Write(sample[..length]);
        }
    }

    static byte[] EncodeLabels(string name, string instance)
    {
        var output = new MemoryStream();
        foreach (var (label, value) in new[] { ("__name__", name), ("instance", instance), ("job", "bench") })
        {
            var pair = new MemoryStream();
            foreach (var (tag, text) in new[] { ((byte)0x0A, label), ((byte)0x12, value) })
            {
                pair.WriteByte(tag);
                WriteVarint(pair, (ulong)text.Length);
                pair.Write(Encoding.ASCII.GetBytes(text));
            }

            output.WriteByte(0x0A); // TimeSeries.labels
            WriteVarint(output, (ulong)pair.Length);
            pair.WriteTo(output);
        }

        return output.ToArray();
    }

    static byte[] SnappyLiterals(ReadOnlySpan<byte> plain)
    {
        var output = new MemoryStream(plain.Length + (plain.Length / 1000) + 64);
        WriteVarint(output, (ulong)plain.Length);
        while (plain.Length > 0)
        {
            int length = Math.Min(65_536, plain.Length);
            output.WriteByte(61 << 2);
            output.WriteByte((byte)(length - 1));
            output.WriteByte((byte)((length - 1) >> 8));
            output.Write(plain[..length]);
            plain = plain[length..];
        }

        return output.ToArray();
    }

    static void WriteVarint(Stream output, ulong value)
    {
        for (; value >= 128; value >>= 7)
            output.WriteByte((byte)(value | 128));
        output.WriteByte((byte)value);
    }

    static List<(string Instance, string Name, double[] Values)> LoadSources()
    {
        var sources = new List<(string, string, double[])>();
        if (BenchContext.FindTestData("smd") is { } folder)
        {
            foreach (string file in Directory.GetFiles(Path.Combine(folder, "train"), "*.gz").Order(StringComparer.Ordinal))
            {
                using var reader = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
                List<double>[]? columns = null;
                while (reader.ReadLine() is { } line)
                {
                    string[] cells = line.Split(',');
                    columns ??= [.. cells.Select(_ => new List<double>())];
                    for (int i = 0; i < cells.Length; i++)
                        columns[i].Add(double.Parse(cells[i], CultureInfo.InvariantCulture));
                }

                sources.AddRange(columns!.Select((column, i) => (Path.GetFileName(file).Split('.')[0], $"metric_{i:D2}", column.ToArray())));
            }

            return sources;
        }

        var random = new Random(7);
        for (int i = 0; i < 152; i++)
        {
            double value = random.NextDouble() * 100;
            var values = new double[20_000];
            for (int j = 0; j < values.Length; j++)
                values[j] = Math.Round(value = Math.Clamp(value + random.NextDouble() - 0.5, 0, 100), 2);
            sources.Add(($"machine-{i / 38}", $"metric_{i % 38:D2}", values));
        }

        return sources;
    }
}
