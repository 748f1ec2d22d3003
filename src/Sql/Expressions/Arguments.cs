using System.Collections;

namespace Orrery.Sql.Expressions;

/// <summary>Expressions in order; equal where their expressions are, which arrays are not.</summary>
public sealed class Arguments(IEnumerable<BoundExpression> expressions) : IReadOnlyList<BoundExpression>, IEquatable<Arguments>
{
    private readonly BoundExpression[] _expressions = [.. expressions];

    public static Arguments None { get; } = new([]);

    public int Count => _expressions.Length;

    public BoundExpression this[int index] => _expressions[index];

    public IEnumerator<BoundExpression> GetEnumerator() => ((IEnumerable<BoundExpression>)_expressions).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public bool Equals(Arguments? other) => other is not null && _expressions.AsSpan().SequenceEqual(other._expressions);

    public override bool Equals(object? obj) => Equals(obj as Arguments);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var expression in _expressions) hash.Add(expression);
        return hash.ToHashCode();
    }
}
