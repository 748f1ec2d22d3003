namespace Orrery.Interfaces.Health;

/// <summary>Walks the labels of a canonical series key.</summary>
public ref struct SeriesKeyLabels(ReadOnlySpan<byte> key)
{
    readonly ReadOnlySpan<byte> key = key;
    int position;

    public SeriesKeyLabel Current { get; private set; }

    public readonly SeriesKeyLabels GetEnumerator() => this;

    /// <exception cref="SampleFormatException">The bytes are no key.</exception>
    public bool MoveNext()
    {
        if (position >= key.Length) return false;
        var name = Part();
        Current = new SeriesKeyLabel(name, Part());
        return true;
    }

    ReadOnlySpan<byte> Part()
    {
        ulong length = SampleVarint.Read(key, ref position);
        if (length > (ulong)(key.Length - position)) throw new SampleFormatException($"A label of a series key claims {length} bytes where {key.Length - position} are left.");
        var part = key.Slice(position, (int)length);
        position += (int)length;
        return part;
    }
}

/// <summary>One label of a series key, in UTF-8.</summary>
public readonly ref struct SeriesKeyLabel(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
{
    public ReadOnlySpan<byte> Name { get; } = name;

    public ReadOnlySpan<byte> Value { get; } = value;

    public void Deconstruct(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        name = Name;
        value = Value;
    }
}
