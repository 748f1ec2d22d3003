using System.Text;
using Orrery.Sql.Compilation;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Sql.Functions.Texts;

/// <summary>What functions of texts compute; places count characters from 1.</summary>
internal static class TextValue
{
    public static long Length(Bytes text) => CodePoints.Count(text.Span);

    public static long OctetLength(Bytes text) => text.Length;

    public static Bytes Upper(EvaluationContext context, Bytes text)
    {
        nint address = TextMaker.Allocate(context, text.Length);
        if (Ascii.ToUpper(text.Span, TextMaker.Span(address, text.Length), out _) == System.Buffers.OperationStatus.Done) return new Bytes(address, text.Length);
        return Map(context, text, static (rune, _) => Rune.ToUpperInvariant(rune));
    }

    public static Bytes Lower(EvaluationContext context, Bytes text)
    {
        nint address = TextMaker.Allocate(context, text.Length);
        if (Ascii.ToLower(text.Span, TextMaker.Span(address, text.Length), out _) == System.Buffers.OperationStatus.Done) return new Bytes(address, text.Length);
        return Map(context, text, static (rune, _) => Rune.ToLowerInvariant(rune));
    }

    public static Bytes Capitals(EvaluationContext context, Bytes text) =>
        Map(context, text, static (rune, isInWord) => isInWord ? Rune.ToLowerInvariant(rune) : Rune.ToUpperInvariant(rune));

    public static Bytes From(Bytes text, long from) => SubstringFrom(text, from, long.MaxValue);

    public static Bytes Substring(Bytes text, long from, long length)
    {
        if (length < 0) throw new SqlValueException($"SUBSTRING of {length} characters: a length is not below zero.");
        return SubstringFrom(text, from, length);
    }

    public static Bytes Left(Bytes text, long length) => length <= 0 ? default : CodePoints.Slice(text, 0, CodePoints.Offset(text.Span, length));

    public static Bytes Right(Bytes text, long length) =>
        length <= 0 ? default : CodePoints.Slice(text, CodePoints.Offset(text.Span, Math.Max(0, CodePoints.Count(text.Span) - length)), text.Length);

    public static long Position(Bytes part, Bytes text)
    {
        int at = text.Span.IndexOf(part.Span);
        return at < 0 ? 0 : CodePoints.Count(text.Span[..at]) + 1;
    }

    public static long Instr(Bytes text, Bytes part) => Position(part, text);

    public static long Locate(Bytes part, Bytes text, long from)
    {
        if (from < 1 || from > CodePoints.Count(text.Span) + 1) return 0;
        int start = CodePoints.Offset(text.Span, from - 1);
        int at = text.Span[start..].IndexOf(part.Span);
        return at < 0 ? 0 : from + CodePoints.Count(text.Span.Slice(start, at));
    }

    public static Bytes Pad(EvaluationContext context, Bytes text, long length, Bytes pad, bool isLeft, out bool isNull)
    {
        int has = CodePoints.Count(text.Span);
        isNull = length < 0 || (length > has && pad.Length == 0);
        if (isNull) return default;
        if (length <= has) return Left(text, length);
        int padCharacters = CodePoints.Count(pad.Span);
        long missing = length - has;
        long bytes = missing / padCharacters * pad.Length + CodePoints.Offset(pad.Span, missing % padCharacters);
        nint address = TextMaker.Allocate(context, bytes + text.Length);
        nint place = isLeft ? address : TextMaker.Append(address, text);
        for (long left = bytes; left > 0; left -= pad.Length)
            place = TextMaker.Append(place, new Bytes(pad.Address, (int)Math.Min(left, pad.Length)));
        if (isLeft) TextMaker.Append(place, text);
        return new Bytes(address, (int)bytes + text.Length);
    }

    public static Bytes Repeat(EvaluationContext context, Bytes text, long times)
    {
        if (times <= 0 || text.Length == 0) return default;
        if (times > RowLayout.RowBytesMax) throw new SqlValueException($"REPEAT {times} times is longer than the {RowLayout.RowBytesMax:N0} bytes that a row may have.");
        nint address = TextMaker.Allocate(context, text.Length * times);
        nint place = address;
        for (long index = 0; index < times; index++) place = TextMaker.Append(place, text);
        return new Bytes(address, (int)(text.Length * times));
    }

    public static Bytes Replace(EvaluationContext context, Bytes text, Bytes search, Bytes replacement)
    {
        int count = search.Length == 0 ? 0 : text.Span.Count(search.Span);
        if (count == 0) return text;
        long bytes = text.Length + (long)count * (replacement.Length - search.Length);
        nint address = TextMaker.Allocate(context, bytes);
        nint place = address;
        var rest = text;
        for (int at = rest.Span.IndexOf(search.Span); at >= 0; at = rest.Span.IndexOf(search.Span))
        {
            place = TextMaker.Append(TextMaker.Append(place, new Bytes(rest.Address, at)), replacement);
            rest = CodePoints.Slice(rest, at + search.Length, rest.Length);
        }

        TextMaker.Append(place, rest);
        return new Bytes(address, (int)bytes);
    }

    public static Bytes Reverse(EvaluationContext context, Bytes text)
    {
        nint address = TextMaker.Allocate(context, text.Length);
        var source = text.Span;
        var target = TextMaker.Span(address, text.Length);
        int place = text.Length;
        for (int index = 0; index < source.Length;)
        {
            int width = Math.Min(CodePoints.Width(source[index]), source.Length - index);
            place -= width;
            source.Slice(index, width).CopyTo(target[place..]);
            index += width;
        }

        return new Bytes(address, text.Length);
    }

    public static Bytes Part(Bytes text, Bytes separator, long index, out bool isNull)
    {
        var rest = text;
        isNull = index < 0 || separator.Length == 0;
        if (isNull) return default;
        for (; ; index--)
        {
            int at = rest.Span.IndexOf(separator.Span);
            if (index == 0) return at < 0 ? rest : new Bytes(rest.Address, at);
            isNull = at < 0;
            if (isNull) return default;
            rest = CodePoints.Slice(rest, at + separator.Length, rest.Length);
        }
    }

    public static Bytes Overlay(EvaluationContext context, Bytes text, Bytes other, long from) => OverlayPart(context, text, other, from, CodePoints.Count(other.Span));

    public static Bytes OverlayPart(EvaluationContext context, Bytes text, Bytes other, long from, long length)
    {
        if (from < 1 || length < 0) throw new SqlValueException($"OVERLAY from {from} for {length}: a place is at least 1, a length at least 0.");
        int start = CodePoints.Offset(text.Span, from - 1), end = start + CodePoints.Offset(text.Span[start..], length);
        nint address = TextMaker.Allocate(context, (long)text.Length - (end - start) + other.Length);
        nint place = TextMaker.Append(TextMaker.Append(address, new Bytes(text.Address, start)), other);
        place = TextMaker.Append(place, CodePoints.Slice(text, end, text.Length));
        return new Bytes(address, (int)(place - address));
    }

    public static Bytes Translate(EvaluationContext context, Bytes text, Bytes from, Bytes to)
    {
        Rune[] search = [.. from.ToString().EnumerateRunes()], replacement = [.. to.ToString().EnumerateRunes()];
        var result = new StringBuilder();
        foreach (var rune in text.ToString().EnumerateRunes())
        {
            int at = Array.IndexOf(search, rune);
            if (at < 0) result.Append(rune);
            else if (at < replacement.Length) result.Append(replacement[at]);
        }

        return TextMaker.Make(context, result.ToString());
    }

    public static bool StartsWith(Bytes text, Bytes part) => text.Span.StartsWith(part.Span);

    public static bool EndsWith(Bytes text, Bytes part) => text.Span.EndsWith(part.Span);

    public static long Code(Bytes text)
    {
        if (text.Length == 0) return 0;
        Rune.DecodeFromUtf8(text.Span, out var rune, out _);
        return rune.Value;
    }

    public static Bytes Character(EvaluationContext context, long code)
    {
        if (!Rune.IsValid((int)Math.Clamp(code, -1, int.MaxValue))) throw new SqlValueException($"CHR({code}): there is no such character.");
        nint address = TextMaker.Allocate(context, 4);
        return new Bytes(address, new Rune((int)code).EncodeToUtf8(TextMaker.Span(address, 4)));
    }

    public static bool IsAlpha(Bytes text) => text.Length > 0 && text.ToString().EnumerateRunes().All(Rune.IsLetter);

    public static bool IsDigit(Bytes text) => text.Length > 0 && text.ToString().EnumerateRunes().All(Rune.IsDigit);

    public static bool IsDecimal(Bytes text) => Values.ValueText.TryParseReal(text.Span, out double value) && double.IsFinite(value);

    private static bool All(this StringRuneEnumerator runes, Func<Rune, bool> holds)
    {
        foreach (var rune in runes)
            if (!holds(rune)) return false;
        return true;
    }

    /// <summary>From a place that counts from the end where it is negative; zero is the first.</summary>
    private static Bytes SubstringFrom(Bytes text, long from, long length)
    {
        long start = from > 0 ? from - 1 : from == 0 ? 0 : CodePoints.Count(text.Span) + from;
        if (start < 0) return default;
        int first = CodePoints.Offset(text.Span, start);
        return CodePoints.Slice(text, first, length >= text.Length ? text.Length : first + CodePoints.Offset(text.Span[first..], length));
    }

    private static Bytes Map(EvaluationContext context, Bytes text, Func<Rune, bool, Rune> map)
    {
        // No character grows by more than half in UTF-8 when its case changes.
        int most = checked(text.Length * 2);
        nint address = TextMaker.Allocate(context, most);
        var source = text.Span;
        var target = TextMaker.Span(address, most);
        int length = 0;
        bool isInWord = false;
        while (!source.IsEmpty)
        {
            Rune.DecodeFromUtf8(source, out var rune, out int width);
            length += map(rune, isInWord).EncodeToUtf8(target[length..]);
            isInWord = Rune.IsLetterOrDigit(rune);
            source = source[width..];
        }

        context.Scratch.Shrink(address, most, length);
        return new Bytes(address, length);
    }
}
