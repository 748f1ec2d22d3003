using System.Collections.Immutable;

namespace Orrery.Grains.Sql.Running;

/// <summary>
/// The rows that an insert has given to its sink, when it is made anew over a view or function that was replaced. The sink hears what differs, never the whole again: so nothing is there twice, and what the
/// new meaning lacks goes.
/// </summary>
sealed class GivenRows
{
    readonly Dictionary<object?[], int> counts = new(RowComparer.Instance);

    public void Add(object?[] values, int weight) => counts[values] = counts.GetValueOrDefault(values) + weight;

    /// <summary>What leads from these rows to those: rows that go before rows that come. To be asked once.</summary>
    public List<(object?[] Values, int Weight)> DifferenceTo(IEnumerable<(object?[] Values, int Weight)> rows)
    {
        var come = new List<(object?[], int)>();
        foreach ((object?[] values, int weight) in rows)
        {
            int more = weight - counts.GetValueOrDefault(values);
            counts.Remove(values);
            if (more < 0)
                counts[values] = -more;
            else if (more > 0)
                come.Add((values, more));
        }

        return [.. counts.Select(static given => (given.Key, -given.Value)), .. come];
    }

    sealed class RowComparer : IEqualityComparer<object?[]>
    {
        public static readonly RowComparer Instance = new();

        public bool Equals(object?[]? left, object?[]? right) => ReferenceEquals(left, right) || (left!.Length == right!.Length && left.Zip(right).All(static pair => Same(pair.First, pair.Second)));

        public int GetHashCode(object?[] row)
        {
            var hash = default(HashCode);
            foreach (object? value in row)
                hash.Add(value switch { ImmutableArray<byte> bytes => bytes.Length, object?[] elements => GetHashCode(elements), _ => value?.GetHashCode() ?? 0 });
            return hash.ToHashCode();
        }

        static bool Same(object? left, object? right) => (left, right) switch
        {
            (ImmutableArray<byte> one, ImmutableArray<byte> other) => one.AsSpan().SequenceEqual(other.AsSpan()),
            (object?[] one, object?[] other) => Instance.Equals(one, other),
            _ => Equals(left, right),
        };
    }
}
