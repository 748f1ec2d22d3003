using System.Text;
using Orrery.Sql.Compilation;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Sql.Functions.Texts;

/// <summary>Room for texts that functions make.</summary>
internal static class TextMaker
{
    /// <summary>Memory for a text; an error where it is longer than a row may be.</summary>
    public static nint Allocate(EvaluationContext context, long bytes)
    {
        if (bytes > RowLayout.RowBytesMax) throw new SqlValueException($"A text of {bytes:N0} bytes is longer than the {RowLayout.RowBytesMax:N0} that a row may have.");
        return context.Scratch.Allocate((int)bytes);
    }

    public static unsafe Span<byte> Span(nint address, int bytes) => new((void*)address, bytes);

    /// <summary>Copies a piece to a text that is being made.</summary>
    /// <returns>The place behind it.</returns>
    public static nint Append(nint target, Bytes piece)
    {
        piece.Span.CopyTo(Span(target, piece.Length));
        return target + piece.Length;
    }

    public static Bytes Between(nint address, nint end) => new(address, (int)(end - address));

    public static Bytes Make(EvaluationContext context, ReadOnlySpan<char> text)
    {
        int most = Encoding.UTF8.GetMaxByteCount(text.Length);
        nint address = Allocate(context, most);
        int length = Encoding.UTF8.GetBytes(text, Span(address, most));
        context.Scratch.Shrink(address, most, length);
        return new Bytes(address, length);
    }

    /// <summary>The text as UTF-16 in a buffer that is good until the next call.</summary>
    public static ReadOnlySpan<char> Characters(EvaluationContext context, Bytes text)
    {
        char[] buffer = context.State.Characters(text.Length);
        return buffer.AsSpan(0, Encoding.UTF8.GetChars(text.Span, buffer));
    }
}
