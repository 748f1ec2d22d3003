using System.Text;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Sql.Functions.Texts;

/// <summary>
/// A pattern of LIKE: % stands for any characters, _ for one, an escape character before one of the three for that one itself. Matching takes time in proportion to the text
/// times the pattern at worst.
/// </summary>
public sealed class LikePattern
{
    private enum Shape : byte
    {
        Exact,
        Prefix,
        Suffix,
        Part,

        /// <summary>Literals with % between and around.</summary>
        Parts,
        General,
    }

    // Of the general shape: one entry a byte, AnyOne or AnyMany.
    private const short AnyOne = -1, AnyMany = -2;

    private readonly Shape _shape;
    private readonly byte[] _literal;
    private readonly short[] _tokens;
    private readonly byte[][] _parts = [];

    /// <exception cref="SqlValueException">The escape is more than a character, or stands before another one than %, _ and itself.</exception>
    public LikePattern(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> escape)
    {
        if (escape.Length > 0 && CodePoints.Width(escape[0]) != escape.Length) throw new SqlValueException($"ESCAPE '{Encoding.UTF8.GetString(escape)}' is more than one character.");
        var tokens = new List<short>();
        for (int index = 0; index < pattern.Length; index++)
        {
            if (escape.Length > 0 && pattern[index..].StartsWith(escape))
            {
                index += escape.Length;
                if (index >= pattern.Length || (pattern[index] is not ((byte)'%' or (byte)'_') && !pattern[index..].StartsWith(escape)))
                    throw new SqlValueException($"LIKE '{Encoding.UTF8.GetString(pattern)}': the escape stands before neither %, _ nor itself.");
                tokens.Add(pattern[index]);
            }
            else if (pattern[index] == '%')
            {
                if (tokens.Count == 0 || tokens[^1] != AnyMany) tokens.Add(AnyMany);
            }
            else
            {
                tokens.Add(pattern[index] == '_' ? AnyOne : pattern[index]);
            }
        }

        _tokens = [.. tokens];
        bool isOpenLeft = _tokens is [AnyMany, ..], isOpenRight = _tokens is [.., AnyMany];
        var inner = _tokens.AsSpan(isOpenLeft ? 1 : 0);
        if (isOpenRight && inner.Length > 0) inner = inner[..^1];
        bool isPlain = inner.IndexOfAny(AnyOne, AnyMany) < 0;
        _literal = isPlain ? [.. inner.ToArray().Select(token => (byte)token)] : [];
        _shape = !isPlain ? Shape.General : (isOpenLeft, isOpenRight) switch
        {
            (false, false) => Shape.Exact,
            (false, true) => Shape.Prefix,
            (true, false) => Shape.Suffix,
            _ => Shape.Part,
        };
        if (_tokens is [AnyMany]) _shape = Shape.Prefix;
        if (_shape != Shape.General || _tokens.AsSpan().Contains(AnyOne)) return;
        _shape = Shape.Parts;
        var parts = new List<byte[]>();
        for (int start = 0, index = 0; index <= _tokens.Length; index++)
        {
            if (index < _tokens.Length && _tokens[index] != AnyMany) continue;
            parts.Add([.. _tokens[start..index].Select(token => (byte)token)]);
            start = index + 1;
        }

        _parts = [.. parts];
    }

    public bool IsMatch(Bytes text) => _shape switch
    {
        Shape.Exact => text.Span.SequenceEqual(_literal),
        Shape.Prefix => text.Span.StartsWith(_literal),
        Shape.Suffix => text.Span.EndsWith(_literal),
        Shape.Part => text.Span.IndexOf(_literal) >= 0,
        Shape.Parts => IsMatchOfParts(text.Span),
        _ => IsGeneralMatch(text.Span),
    };

    /// <summary>For a pattern that comes from a column.</summary>
    public static bool IsMatch(Bytes text, Bytes pattern) => new LikePattern(pattern.Span, default).IsMatch(text);

    public static bool IsMatch(Bytes text, Bytes pattern, Bytes escape) => new LikePattern(pattern.Span, escape.Span).IsMatch(text);

    /// <summary>The first part at the start, the last at the end, those between one behind the other where they are first.</summary>
    private bool IsMatchOfParts(ReadOnlySpan<byte> text)
    {
        if (!text.StartsWith(_parts[0])) return false;
        text = text[_parts[0].Length..];
        if (!text.EndsWith(_parts[^1])) return false;
        text = text[..^_parts[^1].Length];
        foreach (byte[] part in _parts.AsSpan(1, _parts.Length - 2))
        {
            int at = text.IndexOf(part);
            if (at < 0) return false;
            text = text[(at + part.Length)..];
        }

        return true;
    }

    private bool IsGeneralMatch(ReadOnlySpan<byte> text)
    {
        // After a mismatch the last % takes one character more and all behind it is tried again.
        int at = 0, token = 0, resumeAt = -1, resumeToken = 0;
        while (at < text.Length)
        {
            if (token < _tokens.Length && _tokens[token] == AnyMany)
            {
                (resumeAt, resumeToken) = (at, ++token);
            }
            else if (token < _tokens.Length && _tokens[token] == AnyOne)
            {
                at += CodePoints.Width(text[at]);
                token++;
            }
            else if (token < _tokens.Length && _tokens[token] == text[at])
            {
                at++;
                token++;
            }
            else if (resumeAt >= 0)
            {
                resumeAt += CodePoints.Width(text[resumeAt]);
                (at, token) = (resumeAt, resumeToken);
            }
            else
            {
                return false;
            }
        }

        while (token < _tokens.Length && _tokens[token] == AnyMany) token++;
        return at == text.Length && token == _tokens.Length;
    }
}
