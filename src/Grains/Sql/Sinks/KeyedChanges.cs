using System.Collections.Immutable;
using Orrery.Sql.Catalogs;

namespace Orrery.Grains.Sql.Sinks;

/// <summary>The changes of an epoch, or of several one after the other, for a sink with a key: what is to be there, and which keys are to go.</summary>
sealed record KeyedChanges(IReadOnlyList<object?[]> Upserts, IReadOnlyList<object?[]> Deletes)
{
    public static KeyedChanges Of(Relation relation, IEnumerable<(object?[] Values, int Weight)> rows)
    {
        // Rows of an epoch that come are behind those that go, so a key that is replaced ends as an upsert.
        var places = new Dictionary<object?[], int>(Comparer(relation));
        var last = new List<(object?[] Values, bool IsUpsert)>();
        foreach ((object?[] values, int weight) in rows)
        {
            if (places.TryAdd(values, last.Count))
                last.Add((values, weight > 0));
            else
                last[places[values]] = (values, weight > 0);
        }

        return new KeyedChanges([.. last.Where(static row => row.IsUpsert).Select(static row => row.Values)], [.. last.Where(static row => !row.IsUpsert).Select(static row => row.Values)]);
    }

    /// <summary>Rows are the same where the values of the sink's key are.</summary>
    public static IEqualityComparer<object?[]> Comparer(Relation relation) => new KeyComparer([.. relation.PrimaryKey]);

    /// <summary>Rows are the same where their keys' values are. Bytes are told apart by what they hold; all other values know how they compare.</summary>
    sealed class KeyComparer(int[] places) : IEqualityComparer<object?[]>
    {
        public bool Equals(object?[]? left, object?[]? right)
        {
            foreach (int place in places)
            {
                bool isSame = (left![place], right![place]) is (ImmutableArray<byte> some, ImmutableArray<byte> others) ? some.AsSpan().SequenceEqual(others.AsSpan()) : Equals(left[place], right[place]);
                if (!isSame)
                    return false;
            }

            return true;
        }

        public int GetHashCode(object?[] row)
        {
            var hash = default(HashCode);
            foreach (int place in places)
            {
                if (row[place] is ImmutableArray<byte> bytes)
                    hash.AddBytes(bytes.AsSpan());
                else
                    hash.Add(row[place]);
            }

            return hash.ToHashCode();
        }
    }
}
