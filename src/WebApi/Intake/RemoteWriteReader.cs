using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;
using Orrery.Interfaces;
using Orrery.Interfaces.Health;
using Orrery.WebApi.Errors;

namespace Orrery.WebApi.Intake;

/// <summary>
/// Walks the protobuf of a Prometheus remote-write request straight into batches, without objects:
/// <code>
/// WriteRequest { 1: TimeSeries, 3: MetricMetadata (ignored) }
/// TimeSeries   { 1: Label, 2: Sample, 3: Exemplar (ignored), 4: Histogram (dropped) }
/// Label        { 1: name, 2: value }      Sample { 1: double value, 2: int64 Unix ms }
/// </code>
/// The bytes of all labels of a series, as they lie there, find the series; only a new one is taken apart, checked and sorted.
/// </summary>
internal readonly ref struct RemoteWriteReader(KeyIntake key, IntakeWork work, OrreryApiOptions bounds, int minute)
{
    const byte SeriesTag = 0x0A, LabelTag = 0x0A, SampleTag = 0x12, HistogramTag = 0x22;

    /// <summary>The NaN by which Prometheus says that a series has ended.</summary>
    const ulong StaleMarker = 0x7FF0000000000002;

    static ReadOnlySpan<byte> InstanceLabel => "instance"u8;

    /// <exception cref="RefusedException">400: the bytes are no write request. 413: too many samples.</exception>
    public void Read(ReadOnlySpan<byte> body)
    {
        int at = 0;
        while (at < body.Length)
        {
            if (body[at] == SeriesTag)
            {
                at++;
                int length = ReadLength(body, ref at);
                ReadSeries(body.Slice(at, length));
                at += length;
            }
            else
                SkipField(body, ref at);
        }
    }

    void ReadSeries(ReadOnlySpan<byte> series)
    {
        int at = 0;
        while (at < series.Length && series[at] == LabelTag)
        {
            at++;
            int length = ReadLength(series, ref at);
            at += length;
        }
        ReadOnlySpan<byte> labels = series[..at];
        int count = ReadSamples(series, ref at, out int dropped, out int histograms, out bool scattered);
        work.Count(count + dropped + histograms, bounds);
        if (scattered)
            labels = Gather(series);
        SeriesEntry entry = Find(labels);
        if (entry.Reason != DropReason.None)
        {
            work.Drops.Add(entry.Reason, count + dropped + histograms, work.Drops.LacksExample(entry.Reason) ? TextOf(labels) : "");
            return;
        }
        if (dropped > 0)
            work.Drops.Add(DropReason.NotFinite, dropped, TextOf(labels));
        if (histograms > 0)
            work.Drops.Add(DropReason.WrongType, histograms, TextOf(labels));
        if (count > 0)
            work.Add(entry, count);
    }

    /// <summary>Reads samples into the work's arrays.</summary>
    int ReadSamples(ReadOnlySpan<byte> series, ref int at, out int dropped, out int histograms, out bool scattered)
    {
        int count = 0;
        dropped = histograms = 0;
        scattered = false;
        long[] times = work.Times;
        double[] values = work.Values;
        while (at < series.Length)
        {
            if (count == times.Length)
            {
                work.Count(0, bounds);
                work.Grow();
                (times, values) = (work.Times, work.Values);
            }
            ulong bits;
            long time;
            if (IsUsualSample(series, at, out bits, out time))
                at += 18;
            else if (series[at] == SampleTag)
            {
                at++;
                int length = ReadLength(series, ref at);
                ReadSample(series.Slice(at, length), out bits, out time);
                at += length;
            }
            else
            {
                scattered |= series[at] == LabelTag;
                histograms += series[at] == HistogramTag ? 1 : 0;
                SkipField(series, ref at);
                continue;
            }
            // All ones in the exponent: NaN or infinite.
            if ((~bits & 0x7FF0000000000000) == 0 && bits != StaleMarker)
            {
                dropped++;
                continue;
            }
            times[count] = time;
            values[count++] = BitConverter.UInt64BitsToDouble(bits);
        }
        return count;
    }

    /// <summary>Reads what nearly every sample is: 16 bytes of message, a value, and a time of six varint bytes (1971 to 2109).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static bool IsUsualSample(ReadOnlySpan<byte> series, int at, out ulong bits, out long time)
    {
        bits = 0;
        time = 0;
        // The time is read as eight bytes, two more than it has.
        if (series.Length - at < 20)
            return false;
        ReadOnlySpan<byte> sample = series.Slice(at, 20);
        ulong packed = BinaryPrimitives.ReadUInt64LittleEndian(sample[12..]);
        if (sample[0] != SampleTag || sample[1] != 16 || sample[2] != 0x09 || sample[11] != 0x10 || (packed & 0x8080_8080_8080) != 0x0080_8080_8080)
            return false;
        bits = BinaryPrimitives.ReadUInt64LittleEndian(sample[3..]);
        // Six groups of 7 bits: first into pairs of 14 in lanes of 16, then together.
        ulong pairs = (packed & 0x007F_007F_007F) | ((packed & 0x7F00_7F00_7F00) >> 1);
        time = (long)((pairs & 0x3FFF) | ((pairs >> 2) & 0x0FFF_C000) | ((pairs >> 4) & 0x03FF_F000_0000));
        return true;
    }

    static void ReadSample(ReadOnlySpan<byte> sample, out ulong bits, out long time)
    {
        bits = 0;
        time = 0;
        int at = 0;
        while (at < sample.Length)
        {
            if (sample[at] == 0x09 && sample.Length - at >= 9)
            {
                bits = BinaryPrimitives.ReadUInt64LittleEndian(sample[(at + 1)..]);
                at += 9;
            }
            else if (sample[at] == 0x10)
            {
                at++;
                time = (long)ReadVarint(sample, ref at);
            }
            else
                SkipField(sample, ref at);
        }
    }

    SeriesEntry Find(ReadOnlySpan<byte> labels)
    {
        ulong hash = SeriesTable.HashOf(labels);
        return key.Find(labels, hash, minute) ?? Learn(labels, hash);
    }

    /// <summary>Takes new labels apart, checks them and gives the series its key and server.</summary>
    SeriesEntry Learn(ReadOnlySpan<byte> labels, ulong hash)
    {
        work.Key.Reset();
        DropReason reason = DropReason.None;
        string server = key.DefaultServer;
        int at = 0;
        while (at < labels.Length)
        {
            at++;
            int length = ReadLength(labels, ref at);
            ReadLabel(labels.Slice(at, length), out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value);
            at += length;
            if (reason == DropReason.None)
                reason = SeriesNaming.Add(work.Key, name, value, bounds);
            if (reason == DropReason.None && name.SequenceEqual(InstanceLabel) && !value.IsEmpty)
                server = ServerOf(value);
        }
        ReadOnlySpan<byte> seriesKey = default;
        if (reason == DropReason.None)
            reason = SeriesNaming.Build(work.Key, out seriesKey);
        // What is far too long is not worth remembering.
        return reason != DropReason.None && labels.Length > SeriesKey.BytesLimit
            ? new SeriesEntry([], 0, Nowhere, [], 0, reason)
            : key.Add(labels, hash, server, seriesKey, reason, minute);
    }

    static ServerSlot Nowhere { get; } = new("", 0, 0);

    /// <summary>The server's id: the instance without its port.</summary>
    static string ServerOf(ReadOnlySpan<byte> instance)
    {
        int colon = instance.LastIndexOf((byte)':');
        if (colon > 0 && !instance[(colon + 1)..].ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            instance = instance[..colon];
        return EntityKeys.ToPart(Encoding.UTF8.GetString(instance));
    }

    static void ReadLabel(ReadOnlySpan<byte> label, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        name = value = default;
        int at = 0;
        while (at < label.Length)
        {
            byte tag = label[at];
            if (tag is not (0x0A or 0x12))
            {
                SkipField(label, ref at);
                continue;
            }
            at++;
            int length = ReadLength(label, ref at);
            if (tag == 0x0A)
                name = label.Slice(at, length);
            else
                value = label.Slice(at, length);
            at += length;
        }
    }

    /// <summary>All label fields of a series that has them in several places.</summary>
    static ReadOnlySpan<byte> Gather(ReadOnlySpan<byte> series)
    {
        var labels = new byte[series.Length];
        int count = 0, at = 0;
        while (at < series.Length)
        {
            int start = at;
            bool label = series[at] == LabelTag;
            SkipField(series, ref at);
            if (!label)
                continue;
            series[start..at].CopyTo(labels.AsSpan(count));
            count += at - start;
        }
        return labels.AsSpan(0, count);
    }

    /// <summary>Labels for people: <c>name{label="value"}</c>.</summary>
    static string TextOf(ReadOnlySpan<byte> labels)
    {
        const int textMax = 120;
        var text = new StringBuilder();
        int at = 0;
        while (at < labels.Length && text.Length < textMax)
        {
            at++;
            int length = ReadLength(labels, ref at);
            ReadLabel(labels.Slice(at, length), out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value);
            at += length;
            text.Append(text.Length == 0 ? "{" : ",").Append(Short(name)).Append("=\"").Append(Short(value)).Append('"');
        }
        return text.Append('}').ToString();
    }

    static string Short(ReadOnlySpan<byte> text) => text.Length <= 40 ? Encoding.UTF8.GetString(text) : Encoding.UTF8.GetString(text[..40]) + "...";

    static void SkipField(ReadOnlySpan<byte> message, ref int at)
    {
        ulong tag = ReadVarint(message, ref at);
        switch (tag & 7)
        {
            case 0:
                ReadVarint(message, ref at);
                break;
            case 1:
                at += 8;
                break;
            case 2:
                int length = ReadLength(message, ref at);
                at += length;
                break;
            case 5:
                at += 4;
                break;
            default:
                throw Broken(at);
        }
        if (at > message.Length)
            throw Broken(at);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static int ReadLength(ReadOnlySpan<byte> message, ref int at)
    {
        ulong length = (uint)at < (uint)message.Length && message[at] < 0x80 ? message[at++] : ReadVarint(message, ref at);
        return length <= (ulong)(message.Length - at) ? (int)length : throw Broken(at);
    }

    static ulong ReadVarint(ReadOnlySpan<byte> message, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            if ((uint)at >= (uint)message.Length)
                break;
            byte part = message[at++];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
                return value;
        }
        throw Broken(at);
    }

    static RefusedException Broken(int at) => new(StatusCodes.Status400BadRequest, $"The unpacked body is no remote-write request: a field is cut or malformed near byte {at} of its message.");
}
