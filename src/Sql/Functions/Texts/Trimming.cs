using System.Text;
using Orrery.Sql.Rows;

namespace Orrery.Sql.Functions.Texts;

/// <summary>The family of TRIM: characters of a set are cut from the ends.</summary>
internal static class Trimming
{
    public static Bytes Both(Bytes text) => Spaces(text, true, true);

    public static Bytes Left(Bytes text) => Spaces(text, true, false);

    public static Bytes Right(Bytes text) => Spaces(text, false, true);

    public static Bytes BothOf(Bytes text, Bytes characters) => Set(text, characters, true, true);

    public static Bytes LeftOf(Bytes text, Bytes characters) => Set(text, characters, true, false);

    public static Bytes RightOf(Bytes text, Bytes characters) => Set(text, characters, false, true);

    public static Bytes Side(Bytes side, Bytes characters, Bytes text) =>
        Set(text, characters, !side.Span.SequenceEqual("TRAILING"u8), !side.Span.SequenceEqual("LEADING"u8));

    private static Bytes Spaces(Bytes text, bool isLeft, bool isRight)
    {
        int first = 0, end = text.Length;
        var span = text.Span;
        if (isLeft)
            while (first < end && span[first] == ' ') first++;
        if (isRight)
            while (end > first && span[end - 1] == ' ') end--;
        return CodePoints.Slice(text, first, end);
    }

    private static Bytes Set(Bytes text, Bytes characters, bool isLeft, bool isRight)
    {
        int first = 0, end = text.Length;
        var span = text.Span;
        if (isLeft)
        {
            while (first < end)
            {
                Rune.DecodeFromUtf8(span[first..end], out _, out int width);
                if (characters.Span.IndexOf(span.Slice(first, width)) < 0) break;
                first += width;
            }
        }

        if (isRight)
        {
            while (end > first)
            {
                Rune.DecodeLastFromUtf8(span[first..end], out _, out int width);
                if (characters.Span.IndexOf(span.Slice(end - width, width)) < 0) break;
                end -= width;
            }
        }

        return CodePoints.Slice(text, first, end);
    }
}
