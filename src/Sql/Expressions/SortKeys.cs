using System.Collections;

namespace Orrery.Sql.Expressions;

/// <summary>One key of an order.</summary>
/// <param name="Expression">Over the input row.</param>
/// <param name="IsDescending">From high to low.</param>
/// <param name="NullsFirst">Where NULL stands; without a word in the text, as in Flink: lowest, so first when ascending and last when descending.</param>
public sealed record SortKey(BoundExpression Expression, bool IsDescending, bool NullsFirst);

/// <summary>The keys of an order, the most significant first; equal where their keys are.</summary>
public sealed class SortKeys(IEnumerable<SortKey> keys) : IReadOnlyList<SortKey>, IEquatable<SortKeys>
{
    private readonly SortKey[] _keys = [.. keys];

    public static SortKeys None { get; } = new([]);

    public int Count => _keys.Length;

    public SortKey this[int index] => _keys[index];

    public IEnumerator<SortKey> GetEnumerator() => ((IEnumerable<SortKey>)_keys).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public bool Equals(SortKeys? other) => other is not null && _keys.AsSpan().SequenceEqual(other._keys);

    public override bool Equals(object? obj) => Equals(obj as SortKeys);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var key in _keys) hash.Add(key);
        return hash.ToHashCode();
    }
}
