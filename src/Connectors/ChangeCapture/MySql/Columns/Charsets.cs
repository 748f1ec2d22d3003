using System.Collections.Concurrent;
using System.Text;

namespace Orrery.Connectors.ChangeCapture.MySql.Columns;

/// <summary>The character sets of MySQL and MariaDB, and what turns their bytes into UTF-8.</summary>
internal static class Charsets
{
    static readonly ConcurrentDictionary<string, TextForm> Forms = new(StringComparer.Ordinal);

    // Numbers of code pages. A set that no code page has exactly is not here, and a column of it is refused rather than bent.
    static readonly Dictionary<string, int> CodePages = new(StringComparer.Ordinal)
    {
        ["latin1"] = 1252, ["latin2"] = 28592, ["latin5"] = 28599, ["latin7"] = 28603, ["cp1250"] = 1250, ["cp1251"] = 1251, ["cp1256"] = 1256, ["cp1257"] = 1257,
        ["cp850"] = 850, ["cp852"] = 852, ["cp866"] = 866, ["koi8r"] = 20866, ["koi8u"] = 21866, ["greek"] = 28597, ["hebrew"] = 28598, ["tis620"] = 874,
        ["macce"] = 10029, ["macroman"] = 10000, ["gbk"] = 936, ["gb2312"] = 936, ["gb18030"] = 54936, ["big5"] = 950, ["sjis"] = 932, ["cp932"] = 932,
        ["euckr"] = 949, ["ujis"] = 51932, ["eucjpms"] = 51932, ["ucs2"] = 1201, ["utf16"] = 1201, ["utf16le"] = 1200, ["utf32"] = 12001,
    };

    /// <summary>What turns a character set's bytes into UTF-8.</summary>
    /// <exception cref="NotSupportedException">There is nothing that does so exactly.</exception>
    public static TextForm FormOf(string charset) => Forms.GetOrAdd(charset, Make);

    /// <summary>The character set of a collation: what stands before the first underscore.</summary>
    public static string OfCollation(string collation)
    {
        int end = collation.IndexOf('_', StringComparison.Ordinal);
        return Normal(end < 0 ? collation : collation[..end]);
    }

    /// <summary>One spelling for each.</summary>
    public static string Normal(string charset) => charset.ToLowerInvariant() switch
    {
        "utf8" => "utf8mb3",
        var other => other,
    };

    /// <summary>The character set of a collation's number, for the numbers that servers give out of the box; null for others.</summary>
    public static string? OfCollationNumber(int number) => number switch
    {
        1 or 84 => "big5",
        2 or 9 or 21 or 27 or 77 => "latin2",
        3 or 69 => "dec8",
        4 or 80 => "cp850",
        5 or 8 or 15 or 31 or 47 or 48 or 49 or 94 => "latin1",
        6 or 72 => "hp8",
        7 or 74 => "koi8r",
        10 or 82 => "swe7",
        11 or 65 => "ascii",
        12 or 91 => "ujis",
        13 or 88 => "sjis",
        14 or 23 or 50 or 51 or 52 => "cp1251",
        16 or 71 => "hebrew",
        18 or 89 => "tis620",
        19 or 85 => "euckr",
        20 or 41 or 42 or 79 => "latin7",
        22 or 75 => "koi8u",
        24 or 86 => "gb2312",
        25 or 70 => "greek",
        26 or 34 or 44 or 66 or 99 => "cp1250",
        28 or 87 => "gbk",
        29 or 58 or 59 => "cp1257",
        30 or 78 => "latin5",
        32 or 64 => "armscii8",
        33 or 76 or 83 or (>= 192 and <= 223) => "utf8mb3",
        35 or 90 or 159 or (>= 128 and <= 151) => "ucs2",
        36 or 68 => "cp866",
        37 or 73 => "keybcs2",
        38 or 43 => "macce",
        39 or 53 => "macroman",
        40 or 81 => "cp852",
        45 or 46 or (>= 224 and <= 247) or (>= 255 and <= 323) => "utf8mb4",
        54 or 55 or (>= 101 and <= 124) => "utf16",
        56 or 62 => "utf16le",
        57 or 67 => "cp1256",
        60 or 61 or (>= 160 and <= 183) => "utf32",
        63 => "binary",
        92 or 93 => "geostd8",
        95 or 96 => "cp932",
        97 or 98 => "eucjpms",
        248 or 249 or 250 => "gb18030",
        >= 2048 => ((number - 2048) >> 8) switch // MariaDB's UCA 14.0.0: a block of 256 numbers for each character set.
        {
            0 => "utf8mb3",
            1 => "utf8mb4",
            2 => "ucs2",
            3 => "utf16",
            4 => "utf32",
            _ => null,
        },
        _ => null,
    };

    /// <summary>Bytes of a set's longest character, by which lengths in bytes become lengths in characters.</summary>
    public static int CharacterBytesMax(string charset) => charset switch
    {
        "utf8mb4" or "utf16" or "utf16le" or "utf32" or "gb18030" => 4,
        "utf8mb3" or "ujis" or "eucjpms" => 3,
        "ucs2" or "gbk" or "gb2312" or "big5" or "sjis" or "cp932" or "euckr" => 2,
        _ => 1,
    };

    static TextForm Make(string charset)
    {
        if (charset is "utf8mb4" or "utf8mb3" or "ascii") return new TextForm(null, isAsciiWithin: true);
        if (!CodePages.TryGetValue(charset, out int page)) throw new NotSupportedException($"Text in the character set '{charset}' cannot be turned into UTF-8 exactly. Convert the column, or leave the table out.");
        var encoding = page switch
        {
            1200 => new UnicodeEncoding(bigEndian: false, byteOrderMark: false, throwOnInvalidBytes: true),
            1201 => new UnicodeEncoding(bigEndian: true, byteOrderMark: false, throwOnInvalidBytes: true),
            12001 => new UTF32Encoding(bigEndian: true, byteOrderMark: false, throwOnInvalidCharacters: true),
            _ => (CodePagesEncodingProvider.Instance.GetEncoding(page, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)
                ?? Encoding.GetEncoding(page, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)),
        };
        return new TextForm(encoding, isAsciiWithin: page is not (1200 or 1201 or 12001));
    }
}
