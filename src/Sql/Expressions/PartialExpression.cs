using Orrery.Sql.Types;

namespace Orrery.Sql.Expressions;

/// <summary>An expression of the binder's own, with parts; none is left in a finished plan.</summary>
internal abstract record PartialExpression(SqlType Type) : BoundExpression(Type)
{
    public abstract IReadOnlyList<BoundExpression> Parts { get; }

    public abstract BoundExpression Rewrite(Func<BoundExpression, BoundExpression?> replace);
}
