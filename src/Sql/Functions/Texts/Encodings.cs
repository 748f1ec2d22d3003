using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Orrery.Sql.Compilation;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Sql.Functions.Texts;

/// <summary>Texts as other bytes: digests, Base64, addresses of the web, character sets.</summary>
internal static class Encodings
{
    public static Bytes Md5(EvaluationContext context, Bytes value) => Digest(context, value, MD5.HashData, MD5.HashSizeInBytes);

    public static Bytes Sha1(EvaluationContext context, Bytes value) => Digest(context, value, SHA1.HashData, SHA1.HashSizeInBytes);

    public static Bytes Sha256(EvaluationContext context, Bytes value) => Digest(context, value, SHA256.HashData, SHA256.HashSizeInBytes);

    public static Bytes Sha384(EvaluationContext context, Bytes value) => Digest(context, value, SHA384.HashData, SHA384.HashSizeInBytes);

    public static Bytes Sha512(EvaluationContext context, Bytes value) => Digest(context, value, SHA512.HashData, SHA512.HashSizeInBytes);

    public static Bytes Sha2(EvaluationContext context, Bytes value, long bits) => bits switch
    {
        256 => Sha256(context, value),
        384 => Sha384(context, value),
        512 => Sha512(context, value),
        _ => throw new SqlValueException($"SHA2 of {bits} bits: it has 256, 384 or 512."),
    };

    public static Bytes ToBase64(EvaluationContext context, Bytes value)
    {
        int length = Base64.GetMaxEncodedToUtf8Length(value.Length);
        nint address = TextMaker.Allocate(context, length);
        Base64.EncodeToUtf8(value.Span, TextMaker.Span(address, length), out _, out int written);
        return new Bytes(address, written);
    }

    public static Bytes FromBase64(EvaluationContext context, Bytes text)
    {
        int length = Base64.GetMaxDecodedFromUtf8Length(text.Length);
        nint address = TextMaker.Allocate(context, length);
        var status = Base64.DecodeFromUtf8(text.Span, TextMaker.Span(address, length), out _, out int written);
        var bytes = new Bytes(address, written);
        if (status != OperationStatus.Done || !System.Text.Unicode.Utf8.IsValid(bytes.Span)) throw new SqlValueException($"FROM_BASE64('{Shown(text)}'): it is no text in Base64.");
        return bytes;
    }

    /// <summary>As forms of the web do: a space is a plus.</summary>
    public static Bytes UrlEncode(EvaluationContext context, Bytes text)
    {
        nint address = TextMaker.Allocate(context, text.Length * 3L);
        var target = TextMaker.Span(address, text.Length * 3);
        int length = 0;
        foreach (byte unit in text.Span)
        {
            if (char.IsAsciiLetterOrDigit((char)unit) || unit is (byte)'.' or (byte)'-' or (byte)'*' or (byte)'_')
            {
                target[length++] = unit;
            }
            else if (unit == ' ')
            {
                target[length++] = (byte)'+';
            }
            else
            {
                target[length++] = (byte)'%';
                target[length++] = (byte)"0123456789ABCDEF"[unit >> 4];
                target[length++] = (byte)"0123456789ABCDEF"[unit & 15];
            }
        }

        context.Scratch.Shrink(address, text.Length * 3, length);
        return new Bytes(address, length);
    }

    public static Bytes UrlDecode(EvaluationContext context, Bytes text)
    {
        nint address = TextMaker.Allocate(context, text.Length);
        var source = text.Span;
        var target = TextMaker.Span(address, text.Length);
        int length = 0;
        for (int index = 0; index < source.Length; index++)
        {
            if (source[index] != '%')
            {
                target[length++] = source[index] == '+' ? (byte)' ' : source[index];
                continue;
            }

            if (index + 2 >= source.Length || !Utf8Parser.TryParse(source.Slice(index + 1, 2), out byte unit, out int read, 'X') || read != 2)
                throw new SqlValueException($"URL_DECODE('{Shown(text)}'): two hexadecimal digits are missing behind %.");
            target[length++] = unit;
            index += 2;
        }

        return Casts.BinaryToText(context, new Bytes(address, length), 0);
    }

    public static Bytes ParseUrl(EvaluationContext context, Bytes url, Bytes part, out bool isNull)
    {
        string? found = Uri.TryCreate(url.ToString(), UriKind.Absolute, out var address)
            ? part.ToString().ToUpperInvariant() switch
            {
                "HOST" => address.Host,
                "PATH" => address.AbsolutePath,
                "QUERY" => address.Query.Length > 0 ? address.Query[1..] : null,
                "REF" => address.Fragment.Length > 0 ? address.Fragment[1..] : null,
                "PROTOCOL" => address.Scheme,
                "FILE" => address.PathAndQuery,
                "AUTHORITY" => address.Authority,
                "USERINFO" => address.UserInfo.Length > 0 ? address.UserInfo : null,
                var other => throw new SqlValueException($"PARSE_URL: there is no part '{other}'; it is HOST, PATH, QUERY, REF, PROTOCOL, FILE, AUTHORITY or USERINFO."),
            }
            : null;
        isNull = found is null;
        return isNull ? default : TextMaker.Make(context, found);
    }

    public static Bytes ParseUrlKey(EvaluationContext context, Bytes url, Bytes part, Bytes key, out bool isNull)
    {
        isNull = true;
        if (!part.Span.SequenceEqual("QUERY"u8)) return default;
        var query = ParseUrl(context, url, part, out bool isMissing);
        if (isMissing) return default;
        foreach (string pair in query.ToString().Split('&'))
        {
            int at = pair.IndexOf('=');
            if (at < 0 || !pair.AsSpan(0, at).SequenceEqual(key.ToString())) continue;
            isNull = false;
            return TextMaker.Make(context, pair.AsSpan(at + 1));
        }

        return default;
    }

    public static Bytes Encode(EvaluationContext context, Bytes text, Bytes set) => Casts.Make(context, Of(set).GetBytes(text.ToString()), 0);

    public static Bytes Decode(EvaluationContext context, Bytes bytes, Bytes set) => TextMaker.Make(context, Of(set).GetString(bytes.Span));

    private static Encoding Of(Bytes set) => set.ToString().ToUpperInvariant() switch
    {
        "UTF-8" => Encoding.UTF8,
        "US-ASCII" => Encoding.ASCII,
        "ISO-8859-1" => Encoding.Latin1,
        "UTF-16BE" or "UTF-16" => Encoding.BigEndianUnicode,
        "UTF-16LE" => Encoding.Unicode,
        var other => throw new SqlValueException($"There is no character set '{other}' here; there are UTF-8, US-ASCII, ISO-8859-1, UTF-16BE and UTF-16LE."),
    };

    private delegate int Hasher(ReadOnlySpan<byte> source, Span<byte> target);

    private static Bytes Digest(EvaluationContext context, Bytes value, Hasher hash, int bytes)
    {
        Span<byte> digest = stackalloc byte[64];
        hash(value.Span, digest);
        nint address = TextMaker.Allocate(context, bytes * 2);
        Convert.TryToHexStringLower(digest[..bytes], TextMaker.Span(address, bytes * 2), out int length);
        return new Bytes(address, length);
    }

    private static string Shown(Bytes text) => text.Length <= 100 ? text.ToString() : new Bytes(text.Address, 100) + "...";
}
