using System.Diagnostics.CodeAnalysis;
using System.Text;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;
using Orrery.Sql.Values;

namespace Orrery.Sql.Compilation;

/// <summary>What casts do. Where a value may not fit, the last parameter says so and the result means nothing.</summary>
public static class Casts
{
    /// <summary>Characters of a value that a message shows, at most.</summary>
    private const int ShownMax = 100;

    public static long NarrowInt64(long value, int slotBytes, out bool failed)
    {
        failed = !RowWriter.Fits(value, slotBytes);
        return value;
    }

    /// <summary>Without the fraction.</summary>
    public static long DecimalToInt64(Int128 value, int scale, int slotBytes, out bool failed)
    {
        var whole = scale == 0 ? value : value / DecimalMath.Power10(scale);
        failed = (long)whole != whole || !RowWriter.Fits((long)whole, slotBytes);
        return (long)whole;
    }

    /// <summary>Without the fraction.</summary>
    public static long RealToInt64(double value, int slotBytes, out bool failed)
    {
        failed = !(value is > -9.2233720368547779e18 and < 9.2233720368547758e18);
        if (failed) return 0;
        failed = !RowWriter.Fits((long)value, slotBytes);
        return (long)value;
    }

    public static long TextToInt64(Bytes value, int slotBytes, out bool failed)
    {
        failed = !ValueText.TryParseInteger(value.Span, out long number) || !RowWriter.Fits(number, slotBytes);
        return number;
    }

    public static bool TextToBoolean(Bytes value, out bool failed)
    {
        failed = !ValueText.TryParseBoolean(value.Span, out bool truth);
        return truth;
    }

    public static double TextToReal(Bytes value, out bool failed)
    {
        failed = !ValueText.TryParseReal(value.Span, out double number);
        return number;
    }

    public static Int128 TextToDecimal(Bytes value, int precision, int scale, out bool failed)
    {
        failed = !ValueText.TryParseDecimal(value.Span, precision, scale, out var number);
        return number;
    }

    public static long TextToTime(Bytes value, SqlType type, out bool failed)
    {
        failed = !ValueText.TryParseHeldAsInt64(value.Span, type, out long time);
        return time;
    }

    public static Int128 Rescale(Int128 value, int fromScale, int precision, int scale, out bool failed)
    {
        failed = !DecimalMath.TryRescale(value, fromScale, scale, precision, out var result);
        return result;
    }

    public static Int128 BooleanToDecimal(long value, int scale) => value * DecimalMath.Power10(scale);

    /// <summary>By the shortest text of the number, as its reader sees it.</summary>
    public static Int128 RealToDecimal(double value, int precision, int scale, bool isSingle, out bool failed)
    {
        Span<byte> text = stackalloc byte[ValueText.FixedBytesMax];
        int length = ValueText.FormatReal(value, isSingle, text);
        failed = !ValueText.TryParseDecimal(text[..length], precision, scale, out var number);
        return number;
    }

    public static double DecimalToReal(Int128 value, int scale)
    {
        // Both are exact doubles, so that the quotient is rounded once.
        if (scale <= 22 && value > -(1L << 53) && value < 1L << 53) return (double)(long)value / (double)DecimalMath.Power10(scale);
        Span<byte> text = stackalloc byte[ValueText.FixedBytesMax];
        int length = ValueText.FormatDecimal(value, scale, text);
        ValueText.TryParseReal(text[..length], out double number);
        return number;
    }

    public static Bytes Int64ToText(EvaluationContext context, long value, SqlType type, int most)
    {
        Span<byte> text = stackalloc byte[ValueText.FixedBytesMax];
        return Make(context, text[..ValueText.FormatHeldAsInt64(value, type, text)], most);
    }

    public static Bytes BooleanToText(EvaluationContext context, bool value, int most) => Make(context, value ? "TRUE"u8 : "FALSE"u8, most);

    public static Bytes DecimalToText(EvaluationContext context, Int128 value, int scale, int most)
    {
        Span<byte> text = stackalloc byte[ValueText.FixedBytesMax];
        return Make(context, text[..ValueText.FormatDecimal(value, scale, text)], most);
    }

    public static Bytes RealToText(EvaluationContext context, double value, bool isSingle, int most)
    {
        Span<byte> text = stackalloc byte[ValueText.FixedBytesMax];
        return Make(context, text[..ValueText.FormatReal(value, isSingle, text)], most);
    }

    /// <summary>As UTF-8; what is none becomes the replacement character.</summary>
    public static Bytes BinaryToText(EvaluationContext context, Bytes value, int most)
    {
        var text = value;
        if (!System.Text.Unicode.Utf8.IsValid(value.Span)) text = Make(context, Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(value.Span)), 0);
        return TruncateText(text, most);
    }

    /// <summary>The first characters; 0: all.</summary>
    public static Bytes TruncateText(Bytes value, int most)
    {
        if (most == 0 || value.Length <= most) return value;
        int count = 0;
        var span = value.Span;
        for (int index = 0; index < span.Length; index++)
            if ((span[index] & 0xC0) != 0x80 && count++ == most) return new Bytes(value.Address, index);
        return value;
    }

    public static Bytes TruncateBinary(Bytes value, int most) => most == 0 || value.Length <= most ? value : new Bytes(value.Address, most);

    /// <summary>An array's text, an array out of a text or with other elements.</summary>
    public static Bytes Array(EvaluationContext context, Bytes value, SqlType from, SqlType to, out bool failed)
    {
        failed = false;
        if (to.Kind == SqlTypeKind.String) return Make(context, Encoding.UTF8.GetBytes(RowValues.Text(RowValues.ArrayToObjects(value, from.Element!), from)), to.Precision);
        if (from.Kind == SqlTypeKind.Array && RowValues.TryCastElements(context, value, from.Element!, to.Element!, out var array)) return array;
        failed = true;
        return default;
    }

    [DoesNotReturn]
    public static void Throw<T>(T value, SqlType from, SqlType to)
    {
        Span<byte> text = stackalloc byte[ValueText.FixedBytesMax];
        string shown = value switch
        {
            long number => Encoding.ASCII.GetString(text[..ValueText.FormatHeldAsInt64(number, from, text)]),
            Int128 number => Encoding.ASCII.GetString(text[..ValueText.FormatDecimal(number, from.Scale, text)]),
            double number => Encoding.ASCII.GetString(text[..ValueText.FormatReal(number, from.Kind == SqlTypeKind.Float, text)]),
            Bytes bytes when from.Kind == SqlTypeKind.String => $"'{Encoding.UTF8.GetString(bytes.Span[..Math.Min(ShownMax, bytes.Length)])}{(bytes.Length > ShownMax ? "..." : "")}'",
            _ => $"of type {from}",
        };
        throw new SqlValueException($"The value {shown} cannot be cast to {to.Nullable()}.");
    }

    internal static unsafe Bytes Make(EvaluationContext context, ReadOnlySpan<byte> text, int most)
    {
        nint address = context.Scratch.Allocate(text.Length);
        text.CopyTo(new Span<byte>((void*)address, text.Length));
        return TruncateText(new Bytes(address, text.Length), most);
    }
}
