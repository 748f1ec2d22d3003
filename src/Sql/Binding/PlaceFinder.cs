using Orrery.Sql.Expressions;
using Orrery.Sql.Syntax;

namespace Orrery.Sql.Binding;

/// <summary>Where in the text an expression was named, for messages.</summary>
internal sealed class PlaceFinder(params ExpressionBinder[] binders)
{
    public TextSpan Find(BoundExpression expression, TextSpan otherwise)
    {
        foreach (var binder in binders)
        {
            if (binder.Places.TryGetValue(expression, out var span)) return span;
        }

        return otherwise;
    }
}
