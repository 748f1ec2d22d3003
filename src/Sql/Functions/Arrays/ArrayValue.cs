using System.Collections.Immutable;
using Orrery.Sql.Compilation;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Sql.Functions.Arrays;

/// <summary>What functions of arrays compute; places count from 1.</summary>
internal static class ArrayValue
{
    public static long Count(Bytes array) => RowArray.Count(array);

    public static long PositionInt64(Bytes array, long value, SqlType element) =>
        Find(array, element, (row, offset) => RowReader.Integer(row, offset, element) == value);

    public static long PositionDecimal(Bytes array, Int128 value, SqlType element) =>
        Find(array, element, (row, offset) => RowReader.Decimal(row, offset, element) == value);

    public static long PositionReal(Bytes array, double value, SqlType element) =>
        Find(array, element, (row, offset) => ValueComparer.EqualReal(RowReader.Real(row, offset, element), RowWriter.Normal(value)));

    public static long PositionBoolean(Bytes array, bool value, SqlType element) =>
        Find(array, element, (row, offset) => RowReader.Boolean(row, offset) == value);

    public static long PositionBytes(Bytes array, Bytes value, SqlType element) =>
        Find(array, element, (row, offset) => ValueComparer.EqualBytes(RowReader.Bytes(row, offset), value));

    public static Bytes Join(EvaluationContext context, Bytes array, Bytes separator, SqlType element) => Join(context, array, separator, null, element);

    public static Bytes JoinNulls(EvaluationContext context, Bytes array, Bytes separator, Bytes nullText, SqlType element) => Join(context, array, separator, nullText.ToString(), element);

    public static Bytes Distinct(EvaluationContext context, Bytes array, SqlType element) => Make(context, Read(array, element).Distinct(ManagedComparer.Shared), element);

    public static Bytes Reverse(EvaluationContext context, Bytes array, SqlType element) => Make(context, Read(array, element).Reverse(), element);

    public static Bytes Concat(EvaluationContext context, Bytes left, Bytes right, SqlType element) => Make(context, Read(left, element).Concat(Read(right, element)), element);

    public static Bytes Union(EvaluationContext context, Bytes left, Bytes right, SqlType element) => Make(context, Read(left, element).Union(Read(right, element), ManagedComparer.Shared), element);

    public static Bytes Except(EvaluationContext context, Bytes left, Bytes right, SqlType element) => Make(context, Read(left, element).Except(Read(right, element), ManagedComparer.Shared), element);

    public static Bytes Intersect(EvaluationContext context, Bytes left, Bytes right, SqlType element) => Make(context, Read(left, element).Intersect(Read(right, element), ManagedComparer.Shared), element);

    public static Bytes Sort(EvaluationContext context, Bytes array, SqlType element) => Make(context, Read(array, element).Order(ManagedComparer.Shared), element);

    public static Bytes SortBy(EvaluationContext context, Bytes array, bool isAscending, SqlType element) =>
        isAscending ? Sort(context, array, element) : Make(context, Read(array, element).OrderDescending(ManagedComparer.Shared), element);

    /// <summary>From one place to another, both taken; negative ones count from the end.</summary>
    public static Bytes Slice(EvaluationContext context, Bytes array, long from, long to, SqlType element)
    {
        int count = RowArray.Count(array);
        long first = from > 0 ? from : from == 0 ? 1 : Math.Max(1, count + from + 1), last = to >= 0 ? Math.Min(to, count) : count + to + 1;
        return Make(context, first > last ? [] : Read(array, element).Skip((int)Math.Min(count, first - 1)).Take((int)(last - first + 1)), element);
    }

    public static Bytes SliceFrom(EvaluationContext context, Bytes array, long from, SqlType element) => Slice(context, array, from, long.MaxValue, element);

    public static Bytes Split(EvaluationContext context, Bytes text, Bytes separator)
    {
        string whole = text.ToString();
        return Make(context, separator.Length == 0 ? [whole] : whole.Split(separator.ToString()), SqlType.String);
    }

    /// <summary>The place of an element, if there is one: its offset, counted from the array's first byte.</summary>
    public static int OffsetOf(Bytes array, long place, int slotBytes, out bool isNull)
    {
        int count = RowArray.Count(array);
        isNull = place < 1 || place > count || RowReader.IsNull(array.Address, (int)place - 1);
        return isNull ? 0 : RowLayout.NullsOffset + (count + 7) / 8 + ((int)place - 1) * slotBytes;
    }

    /// <summary>As <see cref="OffsetOf"/>, of the only element.</summary>
    public static int OffsetOfOnly(Bytes array, int slotBytes, out bool isNull)
    {
        if (RowArray.Count(array) > 1) throw new SqlValueException($"ELEMENT of an array of {RowArray.Count(array)} elements: it has one at most.");
        return OffsetOf(array, 1, slotBytes, out isNull);
    }

    /// <summary>As <see cref="OffsetOf"/>, of the highest or lowest element.</summary>
    public static int OffsetOfExtreme(Bytes array, SqlType element, bool isHighest, out bool isNull)
    {
        object?[] values = RowValues.ArrayToObjects(array, element);
        int best = -1;
        for (int index = 0; index < values.Length; index++)
            if (values[index] is not null && (best < 0 || ManagedComparer.Shared.Compare(values[index], values[best]) * (isHighest ? 1 : -1) > 0)) best = index;
        return OffsetOf(array, best + 1, element.SlotBytes, out isNull);
    }

    private static long Find(Bytes array, SqlType element, Func<nint, int, bool> isIt)
    {
        int count = RowArray.Count(array);
        for (int index = 0; index < count; index++)
            if (!RowReader.IsNull(array.Address, index) && isIt(array.Address, RowArray.OffsetOf(count, index, element))) return index + 1;
        return 0;
    }

    private static Bytes Join(EvaluationContext context, Bytes array, Bytes separator, string? nullText, SqlType element) => Texts.TextMaker.Make(context, string.Join(
        separator.ToString(),
        Read(array, element).Where(value => value is not null || nullText is not null).Select(value => value is null ? nullText : RowValues.Text(value, element))));

    private static IEnumerable<object?> Read(Bytes array, SqlType element) => RowValues.ArrayToObjects(array, element);

    private static Bytes Make(EvaluationContext context, IEnumerable<object?> values, SqlType element) => RowValues.ToArray([.. values], element.Nullable(), context.Scratch);
}

/// <summary>Equality and order of values in managed form; null is lowest.</summary>
internal sealed class ManagedComparer : IComparer<object?>, IEqualityComparer<object?>
{
    public static ManagedComparer Shared { get; } = new();

    public int Compare(object? left, object? right) => (left, right) switch
    {
        (null, null) => 0,
        (null, _) => -1,
        (_, null) => 1,
        (string one, string other) => System.Text.Encoding.UTF8.GetBytes(one).AsSpan().SequenceCompareTo(System.Text.Encoding.UTF8.GetBytes(other)),
        (double one, double other) => ValueComparer.CompareReal(one, other),
        (ImmutableArray<byte> one, ImmutableArray<byte> other) => one.AsSpan().SequenceCompareTo(other.AsSpan()),
        (object?[] one, object?[] other) => one.Zip(other, Compare).FirstOrDefault(order => order != 0, one.Length.CompareTo(other.Length)),
        (IComparable one, _) => one.CompareTo(right),
        _ => 0,
    };

    public new bool Equals(object? left, object? right) => Compare(left, right) == 0;

    public int GetHashCode(object? value) => value switch
    {
        null => 0,
        ImmutableArray<byte> bytes => bytes.Aggregate(0, HashCode.Combine),
        object?[] elements => elements.Aggregate(0, (hash, element) => HashCode.Combine(hash, GetHashCode(element))),
        _ => value.GetHashCode(),
    };
}
