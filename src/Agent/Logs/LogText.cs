using System.Text;

namespace Orrery.Agent.Logs;

/// <summary>How the bytes of a file are text: where lines end, where a long one may be cut, and what they say.</summary>
internal sealed class LogText
{
    static readonly Encoding StrictUtf8 = new UTF8Encoding(false, throwOnInvalidBytes: true);

    // GB18030 holds GBK and GB2312. The framework carries it, but leaves it to the program to ask for it.
    static readonly Encoding StrictGbk = CodePagesEncodingProvider.Instance.GetEncoding(54936, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)!;
    static readonly Encoding LaxGbk = CodePagesEncodingProvider.Instance.GetEncoding(54936)!;

    public static readonly LogText Auto = new("auto", null, 1), Utf8 = new("utf-8", Encoding.UTF8, 1), Utf16Le = new("utf-16le", Encoding.Unicode, 2),
        Utf16Be = new("utf-16be", Encoding.BigEndianUnicode, 2), Gbk = new("gbk", LaxGbk, 1);

    readonly Encoding? encoding;

    LogText(string name, Encoding? encoding, int unit)
    {
        Name = name;
        this.encoding = encoding;
        Unit = unit;
    }

    public string Name { get; }

    /// <summary>Bytes that every position is a multiple of.</summary>
    public int Unit { get; }

    public static LogText? Find(string name) => name.ToLowerInvariant() switch
    {
        "auto" or "" => Auto,
        "utf-8" or "utf8" => Utf8,
        "utf-16le" or "utf-16" => Utf16Le,
        "utf-16be" => Utf16Be,
        "gbk" or "gb2312" or "gb18030" => Gbk,
        _ => null,
    };

    /// <summary>What a file's first bytes say about it, and how many of them are a byte order mark.</summary>
    public (LogText Text, int Mark) Settle(ReadOnlySpan<byte> head)
    {
        if (this == Auto || this == Utf16Le || this == Utf16Be)
        {
            if (head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]))
                return (Utf16Le, 2);
            if (head.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
                return (Utf16Be, 2);
        }

        if (this == Auto && head.Length >= 4 && (head[0] == 0) != (head[1] == 0) && head[0] == 0 == (head[2] == 0) && head[1] == 0 == (head[3] == 0))
            return (head[0] == 0 ? Utf16Be : Utf16Le, 0);
        return (this, this != Gbk && Unit == 1 && head.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? 3 : 0);
    }

    /// <summary>The position after the next line end; -1: there is none.</summary>
    public int EndOfLine(ReadOnlySpan<byte> bytes)
    {
        if (Unit == 1)
            return bytes.IndexOf((byte)'\n') is >= 0 and var at ? at + 1 : -1;
        int low = this == Utf16Le ? 0 : 1;
        for (int from = 0; ;)
        {
            int at = bytes[from..].IndexOf((byte)'\n');
            if (at < 0)
                return -1;
            at += from;
            int unit = at & ~1;
            if ((at & 1) == low && unit + 1 < bytes.Length && bytes[unit + 1 - low] == 0)
                return unit + 2;
            from = at + 1;
        }
    }

    /// <summary>The last position at or before a length where no character is split.</summary>
    public int SafeCut(ReadOnlySpan<byte> bytes, int length)
    {
        if (length >= bytes.Length)
            return bytes.Length - (bytes.Length % Unit);
        if (Unit == 2)
        {
            int at = length & ~1;
            byte high = bytes[this == Utf16Le ? at + 1 : at];
            return (high & 0xFC) == 0xDC && at >= 2 ? at - 2 : at;
        }

        return this == Gbk ? SafeGbkCut(bytes, length) : SafeUtf8Cut(bytes, length);
    }

    /// <summary>The text, without its last line end and with plain line feeds inside; and whether bytes had to be replaced.</summary>
    public (string Text, bool Damaged) Decode(ReadOnlySpan<byte> bytes)
    {
        string text = DecodeRaw(bytes, out bool damaged);
        if (text.Contains('\r'))
            text = text.Replace("\r\n", "\n");
        return (text.TrimEnd('\n', '\r'), damaged);
    }

    string DecodeRaw(ReadOnlySpan<byte> bytes, out bool damaged)
    {
        damaged = false;
        if (encoding is { } known && this != Utf8)
        {
            string text = known.GetString(bytes);
            damaged = text.Contains('\uFFFD') || (this == Gbk && !IsGbk(bytes));
            return text;
        }

        if (System.Text.Unicode.Utf8.IsValid(bytes))
            return StrictUtf8.GetString(bytes);
        if (this == Auto && IsGbk(bytes))
            return LaxGbk.GetString(bytes);
        damaged = true;
        return Encoding.UTF8.GetString(bytes);
    }

    static bool IsGbk(ReadOnlySpan<byte> bytes)
    {
        try
        {
            _ = StrictGbk.GetCharCount(bytes);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    int SafeUtf8Cut(ReadOnlySpan<byte> bytes, int length)
    {
        int at = length;
        for (int back = 0; back < 4 && at > 0 && (bytes[at] & 0xC0) == 0x80; back++)
            at--;
        return at > 0 && (bytes[at] & 0xC0) != 0x80 ? at : this == Auto ? SafeGbkCut(bytes, length) : length;
    }

    static int SafeGbkCut(ReadOnlySpan<byte> bytes, int length)
    {
        int at = 0;
        while (true)
        {
            int size = bytes[at] < 0x81 || at + 1 >= bytes.Length ? 1 : bytes[at + 1] is >= 0x30 and <= 0x39 ? 4 : 2;
            if (at + size > length)
                return at > 0 ? at : length;
            at += size;
            if (at == length)
                return at;
        }
    }
}
