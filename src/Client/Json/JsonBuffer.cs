using System.Globalization;
using System.Text;

namespace Orrery.Client.Json;

/// <summary>
/// Writes JSON as UTF-8 into an array that grows and is reused. Only what the doors need, so that the client needs no package.
/// Not thread-safe.
/// </summary>
internal sealed class JsonBuffer
{
    byte[] bytes = new byte[4096];
    bool separate;

    public int Length { get; private set; }

    public byte[] Bytes => bytes;

    public void Clear()
    {
        // One huge batch must not hold its memory for ever.
        if (bytes.Length > 1 << 20)
            bytes = new byte[4096];
        Length = 0;
        separate = false;
    }

    public JsonBuffer BeginObject() => Open((byte)'{');

    public JsonBuffer EndObject() => Close((byte)'}');

    public JsonBuffer BeginArray() => Open((byte)'[');

    public JsonBuffer EndArray() => Close((byte)']');

    public JsonBuffer Name(string name)
    {
        String(name);
        Put((byte)':');
        separate = false;
        return this;
    }

    public JsonBuffer String(string? value)
    {
        Separate();
        if (value is null)
            return Ascii("null");
        Ensure(value.Length * 6 + 2);
        bytes[Length++] = (byte)'"';
        for (int i = 0; i < value.Length; i++)
            i += Character(value, i);
        bytes[Length++] = (byte)'"';
        return this;
    }

    public JsonBuffer Number(long value)
    {
        Separate();
#if NET
        Ensure(24);
        value.TryFormat(bytes.AsSpan(Length), out int written, default, CultureInfo.InvariantCulture);
        Length += written;
        return this;
#else
        return Ascii(value.ToString(CultureInfo.InvariantCulture));
#endif
    }

    /// <summary>A finite number that reads back to the same bits; null for NaN and infinities.</summary>
    public JsonBuffer Number(double value)
    {
        Separate();
        if (double.IsNaN(value) || double.IsInfinity(value))
            return Ascii("null");
#if NET
        Ensure(32);
        value.TryFormat(bytes.AsSpan(Length), out int written, default, CultureInfo.InvariantCulture);
        Length += written;
        return this;
#else
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        // "R" of the .NET Framework loses the last bit of a few numbers; seventeen digits never do.
        if (double.Parse(text, CultureInfo.InvariantCulture) != value)
            text = value.ToString("G17", CultureInfo.InvariantCulture);
        return Ascii(text);
#endif
    }

    public JsonBuffer Boolean(bool value)
    {
        Separate();
        return Ascii(value ? "true" : "false");
    }

    public JsonBuffer Time(DateTimeOffset? value) =>
        String(value?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));

    /// <summary>Text that is JSON already and stands where a value may.</summary>
    public JsonBuffer Raw(byte[] json)
    {
        Separate();
        Ensure(json.Length);
        Buffer.BlockCopy(json, 0, bytes, Length, json.Length);
        Length += json.Length;
        return this;
    }

    /// <summary>After <see cref="Raw"/> text that opened something: the next value is its first.</summary>
    public JsonBuffer First()
    {
        separate = false;
        return this;
    }

    public JsonBuffer Strings(IEnumerable<KeyValuePair<string, string>> pairs)
    {
        BeginObject();
        foreach (var pair in pairs)
            Name(pair.Key).String(pair.Value);
        return EndObject();
    }

    public byte[] ToArray()
    {
        var copy = new byte[Length];
        Buffer.BlockCopy(bytes, 0, copy, 0, Length);
        return copy;
    }

    int Character(string value, int i)
    {
        char c = value[i];
        if (c < 0x80)
        {
            if (c >= 0x20 && c != '"' && c != '\\')
                bytes[Length++] = (byte)c;
            else
                Escape(c);
            return 0;
        }
        if (c < 0x800)
        {
            bytes[Length++] = (byte)(0xC0 | (c >> 6));
            bytes[Length++] = (byte)(0x80 | (c & 0x3F));
            return 0;
        }
        if (char.IsHighSurrogate(c) && i + 1 < value.Length && char.IsLowSurrogate(value[i + 1]))
        {
            Length += Encoding.UTF8.GetBytes(value, i, 2, bytes, Length);
            return 1;
        }
        if (char.IsSurrogate(c))
            c = '\uFFFD';
        bytes[Length++] = (byte)(0xE0 | (c >> 12));
        bytes[Length++] = (byte)(0x80 | ((c >> 6) & 0x3F));
        bytes[Length++] = (byte)(0x80 | (c & 0x3F));
        return 0;
    }

    void Escape(char c)
    {
        bytes[Length++] = (byte)'\\';
        switch (c)
        {
            case '"': bytes[Length++] = (byte)'"'; break;
            case '\\': bytes[Length++] = (byte)'\\'; break;
            case '\n': bytes[Length++] = (byte)'n'; break;
            case '\r': bytes[Length++] = (byte)'r'; break;
            case '\t': bytes[Length++] = (byte)'t'; break;
            default:
                const string Hex = "0123456789abcdef";
                bytes[Length++] = (byte)'u';
                bytes[Length++] = (byte)'0';
                bytes[Length++] = (byte)'0';
                bytes[Length++] = (byte)Hex[c >> 4];
                bytes[Length++] = (byte)Hex[c & 15];
                break;
        }
    }

    JsonBuffer Open(byte bracket)
    {
        Separate();
        Put(bracket);
        separate = false;
        return this;
    }

    JsonBuffer Close(byte bracket)
    {
        Put(bracket);
        separate = true;
        return this;
    }

    void Separate()
    {
        if (separate)
            Put((byte)',');
        separate = true;
    }

    JsonBuffer Ascii(string text)
    {
        Ensure(text.Length);
        foreach (char c in text)
            bytes[Length++] = (byte)c;
        return this;
    }

    void Put(byte value)
    {
        Ensure(1);
        bytes[Length++] = value;
    }

    void Ensure(int count)
    {
        if (Length + count > bytes.Length)
            Array.Resize(ref bytes, Math.Max(bytes.Length * 2, Length + count));
    }
}
