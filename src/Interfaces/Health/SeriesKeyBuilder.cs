namespace Orrery.Interfaces.Health;

/// <summary>
/// Builds canonical series keys from labels in any order, cheaply when they come in order. Keep one and reset it for each series.
/// The bytes of a built key stay valid until the next <see cref="Reset"/>.
/// </summary>
public sealed class SeriesKeyBuilder
{
    readonly byte[] added = new byte[SeriesKey.BytesLimit], ordered = new byte[SeriesKey.BytesLimit];
    readonly (int Start, int NameStart, int NameLength, int End)[] labels = new (int, int, int, int)[SeriesKey.LabelsLimit];
    int count, length;
    bool inOrder = true;
    SeriesKeyError error;

    /// <summary>Forgets the labels.</summary>
    public void Reset()
    {
        count = length = 0;
        inOrder = true;
        error = SeriesKeyError.None;
    }

    /// <summary>Adds a label; one with an empty value counts as absent. What is wrong is told by <see cref="TryBuild"/>.</summary>
    public void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty || error != SeriesKeyError.None) return;
        if (name.IsEmpty) error = SeriesKeyError.EmptyLabelName;
        else if (count == SeriesKey.LabelsLimit) error = SeriesKeyError.TooManyLabels;
        else if (name.Length + value.Length + 4 > added.Length - length) error = SeriesKeyError.TooLong;
        if (error != SeriesKeyError.None) return;

        int start = length, nameStart = SampleVarint.Write(added, length, (ulong)name.Length);
        name.CopyTo(added.AsSpan(nameStart));
        length = SampleVarint.Write(added, nameStart + name.Length, (ulong)value.Length);
        value.CopyTo(added.AsSpan(length));
        length += value.Length;
        labels[count] = (start, nameStart, name.Length, length);
        if (count > 0) inOrder &= Compare(labels[count - 1], labels[count]) < 0;
        count++;
    }

    /// <summary>The key of the labels added, or what is wrong with them.</summary>
    public SeriesKeyError TryBuild(out ReadOnlySpan<byte> key)
    {
        key = default;
        if (error != SeriesKeyError.None) return error;
        if (inOrder)
        {
            if (count == 0 || !IsName(labels[0])) return SeriesKeyError.NoName;
            key = added.AsSpan(0, length);
            return SeriesKeyError.None;
        }

        var sorted = labels.AsSpan(0, count);
        sorted.Sort(Compare);
        if (!IsName(sorted[0])) return SeriesKeyError.NoName;
        int position = 0;
        for (int number = 0; number < count; number++)
        {
            if (number > 0 && Compare(sorted[number - 1], sorted[number]) == 0) return SeriesKeyError.LabelTwice;
            var label = added.AsSpan(sorted[number].Start, sorted[number].End - sorted[number].Start);
            label.CopyTo(ordered.AsSpan(position));
            position += label.Length;
        }

        key = ordered.AsSpan(0, position);
        return SeriesKeyError.None;
    }

    int Compare((int Start, int NameStart, int NameLength, int End) left, (int Start, int NameStart, int NameLength, int End) right)
    {
        bool leftIsName = IsName(left), rightIsName = IsName(right);
        return leftIsName != rightIsName
            ? leftIsName ? -1 : 1
            : added.AsSpan(left.NameStart, left.NameLength).SequenceCompareTo(added.AsSpan(right.NameStart, right.NameLength));
    }

    bool IsName((int Start, int NameStart, int NameLength, int End) label) =>
        added.AsSpan(label.NameStart, label.NameLength).SequenceEqual(SeriesKey.NameLabelBytes);
}

/// <summary>Why labels cannot name a series.</summary>
public enum SeriesKeyError
{
    None,

    /// <summary>There is no <see cref="SeriesKey.NameLabel"/>.</summary>
    NoName,

    /// <summary>A label's name is empty.</summary>
    EmptyLabelName,

    /// <summary>A label appears twice.</summary>
    LabelTwice,

    /// <summary>More labels than <see cref="SeriesKey.LabelsLimit"/>.</summary>
    TooManyLabels,

    /// <summary>More bytes than <see cref="SeriesKey.BytesLimit"/>.</summary>
    TooLong,
}
