using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Orrery.Connectors.Landing;

/// <summary>
/// RFC 4180 with a head line: <c>offset,timestamp,origin,encoding,key,value,headers</c> and the projection's columns. <c>encoding</c> names what stands in
/// base64 because it is not UTF-8: <c>k</c>, <c>v</c> or <c>kv</c>; headers always do. Every text is quoted, so that an empty one differs from none
/// and a line end inside of one is kept.
/// </summary>
sealed class CsvFormat(ILandingProjection? projection) : ILandingFormat
{
    const int OwnColumns = 7;

    readonly string?[] values = new string?[projection?.Columns.Count ?? 0];

    public byte[] Head { get; } = MakeHead(projection);

    public void Write(in LandingRecord record, IBufferWriter<byte> to)
    {
        bool keyIsText = Utf8.IsValid(record.Key.Span), valueIsText = Utf8.IsValid(record.Value.Span);
        Number(to, record.Offset);
        to.Write(","u8);
        Number(to, record.TimestampMilliseconds);
        to.Write(","u8);
        if (record.Origin.Length > 0)
            Quoted(to, Encoding.UTF8.GetBytes(record.Origin));
        to.Write(","u8);
        to.Write((keyIsText, valueIsText) switch { (true, true) => ""u8, (false, true) => "k"u8, (true, false) => "v"u8, _ => "kv"u8 });
        to.Write(","u8);
        Bytes(to, record.Key.Span, keyIsText);
        to.Write(","u8);
        Bytes(to, record.Value.Span, valueIsText);
        to.Write(","u8);
        Bytes(to, record.Headers.Span, text: false);
        if (projection is not null)
            WriteRow(record, to);
        to.Write("\r\n"u8);
    }

    public int Find(ReadOnlySpan<byte> bytes)
    {
        bool quoted = false;
        for (int at = 0; at < bytes.Length;)
        {
            int next = bytes[at..].IndexOfAny((byte)'"', (byte)'\n');
            if (next < 0)
                return 0;
            at += next + 1;
            if (bytes[at - 1] == '"')
                quoted = !quoted;
            else if (!quoted)
                return at;
        }

        return 0;
    }

    public LandingRecord Read(ReadOnlySpan<byte> line)
    {
        var fields = new byte[OwnColumns][];
        int at = 0;
        for (int i = 0; i < OwnColumns; i++)
            fields[i] = Field(line, ref at);
        bool keyIsText = !fields[3].AsSpan().Contains((byte)'k'), valueIsText = !fields[3].AsSpan().Contains((byte)'v');
        return new LandingRecord(Number(fields[0]), Unpack(fields[4], keyIsText), Unpack(fields[5], valueIsText), Number(fields[1]), Encoding.UTF8.GetString(fields[2]), Unpack(fields[6], text: false));
    }

    void WriteRow(in LandingRecord record, IBufferWriter<byte> to)
    {
        bool present = projection!.Project(record, values);
        foreach (string? value in values)
        {
            to.Write(","u8);
            if (present && value is not null)
                Quoted(to, Encoding.UTF8.GetBytes(value));
        }
    }

    static byte[] MakeHead(ILandingProjection? projection)
    {
        var head = new ArrayBufferWriter<byte>();
        head.Write("offset,timestamp,origin,encoding,key,value,headers"u8);
        foreach (LandingColumn column in projection?.Columns ?? [])
        {
            head.Write(","u8);
            Quoted(head, Encoding.UTF8.GetBytes(column.Name));
        }

        head.Write("\r\n"u8);
        return head.WrittenSpan.ToArray();
    }

    static void Number(IBufferWriter<byte> to, long value)
    {
        Utf8Formatter.TryFormat(value, to.GetSpan(20), out int written);
        to.Advance(written);
    }

    static long Number(byte[] field) => long.TryParse(field, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value)
        ? value
        : throw new FormatException("An offset or a timestamp is not a number.");

    static void Bytes(IBufferWriter<byte> to, ReadOnlySpan<byte> bytes, bool text)
    {
        if (bytes.IsEmpty)
            return;
        if (text)
        {
            Quoted(to, bytes);
            return;
        }

        Base64.EncodeToUtf8(bytes, to.GetSpan(Base64.GetMaxEncodedToUtf8Length(bytes.Length)), out _, out int written);
        to.Advance(written);
    }

    static void Quoted(IBufferWriter<byte> to, ReadOnlySpan<byte> text)
    {
        to.Write("\""u8);
        for (int quote; (quote = text.IndexOf((byte)'"')) >= 0; text = text[(quote + 1)..])
        {
            to.Write(text[..(quote + 1)]);
            to.Write("\""u8);
        }

        to.Write(text);
        to.Write("\""u8);
    }

    static byte[] Field(ReadOnlySpan<byte> line, ref int at)
    {
        if (at > line.Length)
            throw new FormatException($"A line has fewer than {OwnColumns} fields.");
        ReadOnlySpan<byte> rest = line[at..];
        if (rest.IsEmpty || rest[0] != '"')
        {
            int length = rest.IndexOfAny(",\r\n"u8);
            length = length < 0 ? rest.Length : length;
            at += length + 1;
            return rest[..length].ToArray();
        }

        var field = new ArrayBufferWriter<byte>();
        for (int from = 1; ;)
        {
            int quote = rest[from..].IndexOf((byte)'"');
            if (quote < 0)
                throw new FormatException("A quoted field does not end.");
            field.Write(rest.Slice(from, quote));
            from += quote + 1;
            if (from >= rest.Length || rest[from] != '"')
            {
                at += from + 1;
                return field.WrittenSpan.ToArray();
            }

            field.Write("\""u8);
            from++;
        }
    }

    static byte[] Unpack(byte[] field, bool text)
    {
        if (text)
            return field;
        byte[] bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(field.Length)];
        return Base64.DecodeFromUtf8(field, bytes, out _, out int written) == OperationStatus.Done
            ? bytes.AsSpan(0, written).ToArray()
            : throw new FormatException("A field is not base64.");
    }
}
