using Orrery.Sql.Expressions;

namespace Orrery.Dataflow.Partitions;

/// <summary>
/// At which partition each row of a plan lies. By key: rows whose keys are equal lie together. Each key may be known by several expressions over the plan's columns that are equal in all of its rows.
/// </summary>
/// <param name="Function">By key: which function of the keys it is; rows that lie by two functions do not meet. <see cref="Hash"/>: that of <see cref="KeyHash"/>, which an exchange can repeat.</param>
/// <param name="Keys">By key: for each key the expressions (as <see cref="KeyForm.Of"/> writes them) that it is known by.</param>
internal sealed record Placement(string? Function, bool IsFirst, IReadOnlyList<IReadOnlyList<BoundExpression>> Keys)
{
    public const string Hash = "hash";

    /// <summary>Nothing is known.</summary>
    public static Placement Anywhere { get; } = new(null, false, []);

    /// <summary>All at partition 0.</summary>
    public static Placement First { get; } = new(null, true, []);

    public static Placement ByKey(string function, IEnumerable<IReadOnlyList<BoundExpression>> keys)
    {
        IReadOnlyList<BoundExpression>[] known = [.. keys];
        return known.Length == 0 || known.Any(key => key.Count == 0) ? Anywhere : new Placement(function, false, known);
    }

    /// <summary>Whether rows for which all of these are equal lie together.</summary>
    public bool Gathers(IReadOnlyList<BoundExpression> keys) => IsFirst || PlacesIn(keys) is not null;

    /// <summary>For each key its place among others; null: it is not among them, or nothing is known.</summary>
    public int[]? PlacesIn(IReadOnlyList<BoundExpression> keys)
    {
        if (Function is null) return null;
        int[] places = [.. Keys.Select(known => Enumerable.Range(0, keys.Count).FirstOrDefault(place => known.Contains(keys[place]), -1))];
        return places.Contains(-1) ? null : places;
    }

    /// <summary>Of rows that are computed from those that lie so, one each.</summary>
    public Placement Through(IReadOnlyList<BoundExpression> outputs)
    {
        if (Function is null) return this;
        BoundExpression[] forms = [.. outputs.Select(KeyForm.Of)];
        return ByKey(Function, Keys.Select(known => (IReadOnlyList<BoundExpression>)[.. known.SelectMany(Behind).Distinct()]));

        IEnumerable<BoundExpression> Behind(BoundExpression key)
        {
            for (int place = 0; place < forms.Length; place++)
                if (forms[place].Equals(key)) yield return KeyForm.Column(place, outputs[place].Type);
            if (key is ColumnExpression) yield break;
            int PlaceOf(int column) => Array.FindIndex([.. outputs], output => output is ColumnExpression taken && taken.Index == column);
            if (ExpressionTree.AllColumns(key, column => PlaceOf(column) >= 0)) yield return ExpressionTree.MapColumns(key, column => column with { Index = PlaceOf(column.Index) });
        }
    }

    /// <summary>With the columns so many places further on.</summary>
    public Placement Shifted(int distance) =>
        Function is null ? this : ByKey(Function, Keys.Select(known => (IReadOnlyList<BoundExpression>)[.. known.Select(key => ExpressionTree.Shift(key, distance))]));

    /// <summary>Of rows that lie in both ways.</summary>
    public Placement And(Placement other) => Function is null ? other : other.Function != Function || other.Keys.Count != Keys.Count ? this
        : ByKey(Function, Keys.Select((known, key) => (IReadOnlyList<BoundExpression>)[.. known.Union(other.Keys[key])]));

    /// <summary>Of rows that lie in one way or in the other.</summary>
    public Placement Or(Placement other)
    {
        if (IsFirst && other.IsFirst) return this;
        return Function is null || other.Function != Function || other.Keys.Count != Keys.Count ? Anywhere
            : ByKey(Function, Keys.Select((known, key) => (IReadOnlyList<BoundExpression>)[.. known.Intersect(other.Keys[key])]));
    }
}
