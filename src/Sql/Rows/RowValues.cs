using System.Collections;
using System.Collections.Immutable;
using System.Text;
using Orrery.Sql.Compilation;
using Orrery.Sql.Types;
using Orrery.Sql.Values;

namespace Orrery.Sql.Rows;

/// <summary>
/// Rows as managed values, for the edges where rows come in and go out. A value's managed form: null; <see cref="bool"/>; <see cref="long"/> for integers, dates, times and intervals
/// (in the unit of <see cref="SqlType"/>); <see cref="Int128"/> for decimals, unscaled; <see cref="double"/>; <see cref="string"/>; <see cref="ImmutableArray{T}"/> of bytes; an array of
/// such objects. <see cref="Text"/> makes a text of each.
/// </summary>
public static class RowValues
{
    /// <summary>Characters of a value that a message shows.</summary>
    private const int ShownLength = 100;

    public static object?[] ToObjects(nint row, RowLayout layout)
    {
        var values = new object?[layout.Count];
        for (int column = 0; column < values.Length; column++) values[column] = ToObject(row, layout, column);
        return values;
    }

    public static object? ToObject(nint row, RowLayout layout, int column) => ToObject(row, layout.OffsetOf(column), column, layout.Schema[column].Type);

    /// <summary>The elements of an array.</summary>
    public static object?[] ArrayToObjects(Bytes array, SqlType element)
    {
        int count = RowArray.Count(array);
        var values = new object?[count];
        for (int index = 0; index < count; index++) values[index] = ToObject(array.Address, RowArray.OffsetOf(count, index, element), index, element);
        return values;
    }

    /// <summary>
    /// A row of the values, which may be in their managed form or what .NET has for them: any integer, <see cref="decimal"/>, <see cref="DateTime"/>, <see cref="DateTimeOffset"/>,
    /// <see cref="DateOnly"/>, <see cref="TimeOnly"/>, <see cref="TimeSpan"/>, bytes, a list; or a text that reads as the type.
    /// </summary>
    /// <exception cref="SqlValueException">A value does not fit its column.</exception>
    public static nint FromObjects(IReadOnlyList<object?> values, RowBuilder builder)
    {
        var layout = builder.Layout;
        if (values.Count != layout.Count) throw new SqlValueException($"{values.Count} values make no row of {layout.Count} columns.");
        builder.Begin();
        int column = 0;
        try
        {
            for (; column < layout.Count; column++) Set(builder, column, values[column], layout.Schema[column].Type);
        }
        catch (MisfitException misfit)
        {
            throw new SqlValueException($"Column '{layout.Schema[column].Name}': {misfit.Message}");
        }

        return builder.End();
    }

    /// <summary>As <see cref="FromObjects(IReadOnlyList{object?}, RowBuilder)"/>, with a builder for this one row.</summary>
    public static nint FromObjects(IReadOnlyList<object?> values, RowLayout layout, RowArena arena)
    {
        using var builder = new RowBuilder(layout, arena);
        return FromObjects(values, builder);
    }

    /// <summary>The text of a value in its managed form, as CAST gives it; NULL for null.</summary>
    public static string Text(object? value, SqlType type)
    {
        Span<byte> text = stackalloc byte[ValueText.FixedBytesMax];
        return value switch
        {
            null => "NULL",
            bool truth => truth ? "TRUE" : "FALSE",
            long number => Encoding.ASCII.GetString(text[..ValueText.FormatHeldAsInt64(number, type, text)]),
            Int128 number => Encoding.ASCII.GetString(text[..ValueText.FormatDecimal(number, type.Scale, text)]),
            double number => Encoding.ASCII.GetString(text[..ValueText.FormatReal(number, type.Kind == SqlTypeKind.Float, text)]),
            ImmutableArray<byte> bytes => Encoding.UTF8.GetString(bytes.AsSpan()),
            object?[] elements => "[" + string.Join(", ", elements.Select(element => Text(element, type.Element!))) + "]",
            _ => value.ToString() ?? "",
        };
    }

    /// <summary>An array of the values in the arena.</summary>
    public static Bytes ToArray(IReadOnlyList<object?> values, SqlType element, RowArena arena)
    {
        if (values.Count > RowArray.ElementsMax) throw new SqlValueException($"An array of {values.Count:N0} elements has more than the {RowArray.ElementsMax:N0} that it may have.");
        var layout = new RowLayout(new RowSchema(Enumerable.Repeat(new RowColumn("element", element), values.Count)));
        nint row = FromObjects(values, layout, arena);
        int length = PackedRow.Length(row);
        RowWriter.Length(row, values.Count);
        return new Bytes(row, length);
    }

    internal static bool TryCastElements(EvaluationContext context, Bytes value, SqlType from, SqlType to, out Bytes array)
    {
        array = default;
        try
        {
            array = ToArray([.. ArrayToObjects(value, from).Select(element => element is null || from.Kind == to.Kind && from.Scale == to.Scale ? element : Text(element, from))], to, context.Scratch);
            return true;
        }
        catch (SqlValueException)
        {
            return false;
        }
    }

    private static object? ToObject(nint row, int offset, int column, SqlType type)
    {
        if (RowReader.IsNull(row, column)) return null;
        return type.Kind switch
        {
            SqlTypeKind.Null => null,
            SqlTypeKind.Boolean => RowReader.Boolean(row, offset),
            SqlTypeKind.Decimal => RowReader.Decimal(row, offset, type),
            SqlTypeKind.Float or SqlTypeKind.Double => RowReader.Real(row, offset, type),
            SqlTypeKind.String => RowReader.Bytes(row, offset).ToString(),
            SqlTypeKind.Binary => ImmutableArray.Create(RowReader.Bytes(row, offset).Span),
            SqlTypeKind.Array => ArrayToObjects(RowReader.Bytes(row, offset), type.Element!),
            _ => RowReader.Integer(row, offset, type),
        };
    }

    private static void Set(RowBuilder builder, int column, object? value, SqlType type)
    {
        if (value is null) builder.SetNull(column);
        else if (type.Kind == SqlTypeKind.Boolean) builder.SetBoolean(column, value as bool? ?? Parse<bool>(value, type, ValueText.TryParseBoolean));
        else if (type.Kind == SqlTypeKind.Decimal) builder.SetInt128(column, ToDecimal(value, type));
        else if (type.IsApproximate) builder.SetDouble(column, ToReal(value, type));
        else if (type.Kind == SqlTypeKind.String) builder.SetBytes(column, Encoding.UTF8.GetBytes(value as string ?? throw Misfit(value, type)));
        else if (type.Kind == SqlTypeKind.Binary) builder.SetBytes(column, value is byte[] bytes ? bytes : value is ImmutableArray<byte> array ? array.AsSpan() : throw Misfit(value, type));
        else if (type.Kind == SqlTypeKind.Array) builder.SetBytes(column, ToArray([.. value is string ? throw Misfit(value, type) : (value as IEnumerable ?? throw Misfit(value, type)).Cast<object?>()], type.Element!, builder.Arena));
        else if (type.Kind != SqlTypeKind.Null) builder.SetInt64(column, ToInt64(value, type));
    }

    private delegate bool Parser<T>(ReadOnlySpan<byte> text, out T value);

    private static T Parse<T>(object value, SqlType type, Parser<T> parser) =>
        value is string text && parser(Encoding.UTF8.GetBytes(text), out var parsed) ? parsed : throw Misfit(value, type);

    private static Int128 ToDecimal(object value, SqlType type)
    {
        if (value is Int128 unscaled) return unscaled;
        string text = value as string ?? (value is IConvertible and not DateTime and not bool ? ((IFormattable)value).ToString(null, System.Globalization.CultureInfo.InvariantCulture) : throw Misfit(value, type));
        return ValueText.TryParseDecimal(Encoding.UTF8.GetBytes(text), type.Precision, type.Scale, out var number) ? number : throw Misfit(value, type);
    }

    private static double ToReal(object value, SqlType type) => value switch
    {
        double number => number,
        float number => number,
        decimal number => (double)number,
        string => Parse<double>(value, type, ValueText.TryParseReal),
        _ => ToInteger(value) ?? throw Misfit(value, type),
    };

    private static long? ToInteger(object value) => value switch
    {
        long number => number,
        int number => number,
        short number => number,
        sbyte number => number,
        byte number => number,
        ushort number => number,
        uint number => number,
        ulong number when number <= long.MaxValue => (long)number,
        _ => null,
    };

    private static long ToInt64(object value, SqlType type)
    {
        if (ToInteger(value) is { } number) return number;
        const long ticksPerMicrosecond = TimeSpan.TicksPerMicrosecond;
        long? time = (type.Kind, value) switch
        {
            (SqlTypeKind.Date, DateOnly date) => date.DayNumber + TimeArithmetic.DaysMin,
            (SqlTypeKind.Date, DateTime date) => DateOnly.FromDateTime(date).DayNumber + TimeArithmetic.DaysMin,
            (SqlTypeKind.Time, TimeOnly of) => of.Ticks / ticksPerMicrosecond,
            (SqlTypeKind.Time or SqlTypeKind.IntervalMicroseconds, TimeSpan span) => span.Ticks / ticksPerMicrosecond,
            (SqlTypeKind.Timestamp, DateTime at) => TimeArithmetic.FloorDivide(at.Ticks - DateTime.UnixEpoch.Ticks, ticksPerMicrosecond),
            (SqlTypeKind.TimestampLtz, DateTimeOffset at) => TimeArithmetic.FloorDivide(at.UtcTicks - DateTime.UnixEpoch.Ticks, ticksPerMicrosecond),
            (SqlTypeKind.TimestampLtz, DateTime at) => TimeArithmetic.FloorDivide(at.ToUniversalTime().Ticks - DateTime.UnixEpoch.Ticks, ticksPerMicrosecond),
            _ => null,
        };
        if (time is { } microseconds) return microseconds;
        return type.IsInteger
            ? Parse<long>(value, type, ValueText.TryParseInteger)
            : Parse(value, type, (ReadOnlySpan<byte> text, out long parsed) => ValueText.TryParseHeldAsInt64(text, type, out parsed));
    }

    private static MisfitException Misfit(object value, SqlType type) => new($"the value '{Shown(value)}' does not fit {type}.");

    private static string Shown(object value)
    {
        string text = Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture) ?? "";
        return text.Length <= ShownLength ? text : text[..ShownLength] + "...";
    }

    /// <summary>Until the column is known.</summary>
    private sealed class MisfitException(string message) : Exception(message);
}
