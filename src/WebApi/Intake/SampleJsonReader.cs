using System.Buffers;
using System.Text;
using System.Text.Json;
using Orrery.Interfaces;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Health;

namespace Orrery.WebApi.Intake;

/// <summary>
/// Reads a batch of the own format straight into the work, without objects:
/// <code>{"server":"erp-01","batch":"id","series":[{"metric":"name","labels":{"a":"b"},"samples":[[ms,value],...]}]}</code>
/// Properties may come in any order. A wrong type at the top is refused; within a series it drops the samples concerned and nothing else.
/// </summary>
internal ref struct SampleJsonReader(ReadOnlySpan<byte> body, KeyIntake key, IntakeWork work, OrreryApiOptions bounds, int minute)
{
    readonly ReadOnlySpan<byte> body = body;
    Utf8JsonReader json = new(body, new JsonReaderOptions { MaxDepth = 16 });
    int seriesIndex = -1;
    string? server;

    /// <returns>The server's id, which the batch names.</returns>
    /// <exception cref="JsonException">The JSON is malformed or no batch.</exception>
    /// <exception cref="InvalidInputException">The server is missing or no id.</exception>
    public string Read()
    {
        try
        {
            return ReadBatch();
        }
        catch (JsonException malformed) when (malformed.Path is null)
        {
            string path = seriesIndex < 0 ? "$" : $"$.series[{seriesIndex}]";
            string message = malformed.Message;
            int cut = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
            throw new JsonException(cut < 0 ? message : message[..cut], path, malformed.LineNumber ?? LineOf(json.BytesConsumed, out _), malformed.BytePositionInLine ?? ByteOf(json.BytesConsumed));
        }
    }

    string ReadBatch()
    {
        Expect(json.Read() && json.TokenType == JsonTokenType.StartObject, "A batch is an object.");
        server = FindServer(json);
        EntityKeys.CheckPart("server", server);
        bool hasSeries = false;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            bool isSeries = json.ValueTextEquals("series"u8);
            json.Read();
            if (!isSeries)
            {
                json.Skip();
                continue;
            }
            Expect(json.TokenType == JsonTokenType.StartArray, "series is an array.");
            hasSeries = true;
            while (json.Read() && json.TokenType != JsonTokenType.EndArray)
            {
                seriesIndex++;
                ReadSeries();
            }
            seriesIndex = -1;
        }
        Expect(!json.Read(), "Nothing follows the batch.");
        return hasSeries ? server! : throw new InvalidInputException("series", "series is missing.");
    }

    /// <summary>Looks ahead for the server: a copy of the reader costs little, and almost every sender puts it first.</summary>
    static string FindServer(Utf8JsonReader ahead)
    {
        while (ahead.Read() && ahead.TokenType == JsonTokenType.PropertyName)
        {
            bool isServer = ahead.ValueTextEquals("server"u8);
            ahead.Read();
            if (isServer)
                return ahead.TokenType == JsonTokenType.String && ahead.ValueSpan.Length <= EntityKeys.PartLengthMax * 6
                    ? ahead.GetString()!
                    : throw new InvalidInputException("server", $"server is no text of at most {EntityKeys.PartLengthMax} characters.");
            ahead.Skip();
        }
        throw new InvalidInputException("server", "server is missing: name the server that the samples are of.");
    }

    void ReadSeries()
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            work.Drops.Add(DropReason.WrongType, 1, $"series[{seriesIndex}] is no object");
            json.Skip();
            return;
        }
        work.Key.Reset();
        DropReason reason = DropReason.None;
        bool hasMetric = false;
        int count = 0;
        Dropped dropped = default;
        int start = (int)json.TokenStartIndex;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("samples"u8))
            {
                json.Read();
                ReadSamples(ref count, ref dropped);
            }
            else if (json.ValueTextEquals("metric"u8))
            {
                json.Read();
                hasMetric = true;
                Note(ref reason, ReadMetric());
            }
            else if (json.ValueTextEquals("labels"u8))
            {
                json.Read();
                Note(ref reason, ReadLabels());
            }
            else
            {
                json.Read();
                json.Skip();
            }
        }
        work.Count(count + dropped.NotFinite + dropped.WrongType, bounds);
        Finish(start, hasMetric ? reason : DropReason.BadName, count, dropped);
    }

    readonly void Finish(int start, DropReason reason, int count, Dropped dropped)
    {
        ReadOnlySpan<byte> seriesKey = default;
        if (reason == DropReason.None)
            reason = SeriesNaming.Build(work.Key, out seriesKey);
        ReadOnlySpan<byte> text = body[start..(int)json.BytesConsumed];
        work.Drops.Add(DropReason.NotFinite, dropped.NotFinite, text);
        work.Drops.Add(DropReason.WrongType, dropped.WrongType, text);
        if (count == 0)
        {
            if (reason != DropReason.None && dropped is { NotFinite: 0, WrongType: 0 })
                work.Drops.Add(reason, 0, text);
            return;
        }
        if (reason != DropReason.None)
        {
            work.Drops.Add(reason, count, text);
            return;
        }
        SeriesEntry entry = Find(seriesKey);
        if (entry.Reason != DropReason.None)
            work.Drops.Add(entry.Reason, count, text);
        else
            work.Add(entry, count);
    }

    /// <summary>The series in the same table as those of remote-write, under its server and key, so that one bound holds for both doors.</summary>
    readonly SeriesEntry Find(ReadOnlySpan<byte> seriesKey)
    {
        Span<byte> sent = stackalloc byte[EntityKeys.PartLengthMax + 1 + SeriesKey.BytesLimit];
        // No label of remote-write begins with this byte.
        sent[0] = 0xFF;
        int length = 1 + Encoding.ASCII.GetBytes(server, sent[1..]);
        seriesKey.CopyTo(sent[length..]);
        sent = sent[..(length + seriesKey.Length)];
        ulong hash = SeriesTable.HashOf(sent);
        return key.Find(sent, hash, minute) ?? key.Add(sent, hash, server!, seriesKey, DropReason.None, minute);
    }

    DropReason ReadMetric()
    {
        if (json.TokenType == JsonTokenType.String)
            return AddLabel(SeriesKey.NameLabelBytes);
        json.Skip();
        return DropReason.WrongType;
    }

    DropReason ReadLabels()
    {
        if (json.TokenType == JsonTokenType.Null)
            return DropReason.None;
        if (json.TokenType != JsonTokenType.StartObject)
        {
            json.Skip();
            return DropReason.WrongType;
        }
        DropReason reason = DropReason.None;
        Span<byte> scratch = stackalloc byte[512];
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            int nameLength = json.ValueSpan.Length <= scratch.Length ? json.CopyString(scratch) : -1;
            json.Read();
            if (nameLength < 0)
                Note(ref reason, DropReason.NameTooLong);
            else if (scratch[..nameLength].SequenceEqual(SeriesKey.NameLabelBytes))
                Note(ref reason, DropReason.BadLabel);
            else if (json.TokenType == JsonTokenType.String)
            {
                Note(ref reason, AddLabel(scratch[..nameLength]));
                continue;
            }
            else
                Note(ref reason, DropReason.WrongType);
            json.Skip();
        }
        return reason;
    }

    /// <summary>Adds a label whose value is the current string.</summary>
    readonly DropReason AddLabel(ReadOnlySpan<byte> name)
    {
        if (!json.ValueIsEscaped)
            return SeriesNaming.Add(work.Key, name, json.ValueSpan, bounds);
        // An escape is at most six times as long as what it stands for.
        if (json.ValueSpan.Length > bounds.LabelValueBytesMax * 6)
            return DropReason.NameTooLong;
        byte[] value = ArrayPool<byte>.Shared.Rent(json.ValueSpan.Length);
        try
        {
            return SeriesNaming.Add(work.Key, name, value.AsSpan(0, json.CopyString(value)), bounds);
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair.
            return DropReason.BadLabel;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(value);
        }
    }

    void ReadSamples(ref int count, ref Dropped dropped)
    {
        if (json.TokenType != JsonTokenType.StartArray)
        {
            dropped.WrongType++;
            json.Skip();
            return;
        }
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (count == work.Times.Length)
            {
                work.Count(0, bounds);
                work.Grow();
            }
            if (count + dropped.NotFinite + dropped.WrongType > bounds.SamplesPerRequestMax)
                work.Count(count + dropped.NotFinite + dropped.WrongType, bounds);
            switch (ReadSample(out work.Times[count], out work.Values[count]))
            {
                case DropReason.None:
                    count++;
                    break;
                case DropReason.NotFinite:
                    dropped.NotFinite++;
                    break;
                default:
                    dropped.WrongType++;
                    break;
            }
        }
    }

    DropReason ReadSample(out long time, out double value)
    {
        time = 0;
        value = 0;
        if (json.TokenType != JsonTokenType.StartArray)
        {
            json.Skip();
            return DropReason.WrongType;
        }
        json.Read();
        bool right = json.TokenType == JsonTokenType.Number && json.TryGetInt64(out time);
        DropReason reason = right ? DropReason.None : DropReason.WrongType;
        if (json.TokenType == JsonTokenType.EndArray)
            return DropReason.WrongType;
        json.Skip();
        json.Read();
        if (json.TokenType == JsonTokenType.EndArray)
            return DropReason.WrongType;
        Note(ref reason, ReadValue(out value));
        json.Skip();
        // More than a pair is no sample.
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            Note(ref reason, DropReason.WrongType);
            json.Skip();
        }
        return reason;
    }

    readonly DropReason ReadValue(out double value)
    {
        value = 0;
        if (json.TokenType == JsonTokenType.Number)
            return json.TryGetDouble(out value) && double.IsFinite(value) ? DropReason.None : DropReason.NotFinite;
        return json.TokenType == JsonTokenType.String
            && (json.ValueTextEquals("NaN"u8) || json.ValueTextEquals("Infinity"u8) || json.ValueTextEquals("-Infinity"u8) || json.ValueTextEquals("+Inf"u8) || json.ValueTextEquals("-Inf"u8))
            ? DropReason.NotFinite
            : DropReason.WrongType;
    }

    static void Note(ref DropReason first, DropReason next)
    {
        if (first == DropReason.None)
            first = next;
    }

    static void Expect(bool holds, string rule)
    {
        if (!holds)
            throw new JsonException(rule);
    }

    readonly long LineOf(long position, out int lineStart)
    {
        ReadOnlySpan<byte> before = body[..(int)position];
        lineStart = before.LastIndexOf((byte)'\n') + 1;
        return before.Count((byte)'\n');
    }

    readonly long ByteOf(long position)
    {
        LineOf(position, out int lineStart);
        return position - lineStart;
    }

    struct Dropped
    {
        public int NotFinite;
        public int WrongType;
    }
}
