using Orrery.Sql.Syntax;

namespace Orrery.Sql.Tests.Syntax;

public sealed class SyntaxNodeTests
{
    [Fact]
    public void Nodes_that_say_the_same_are_equal_wherever_they_stand()
    {
        ExpressionSyntax one = Sum(new TextSpan(0, 5, 1, 1)), other = Sum(new TextSpan(9, 5, 2, 3));
        one.ShouldBe(other);
        one.GetHashCode().ShouldBe(other.GetHashCode());
    }

    [Fact]
    public void Nodes_with_other_parts_or_of_other_kinds_differ()
    {
        Name("a").ShouldNotBe(Name("A"));
        ((SyntaxNode)new SetGroupingSyntax([])).ShouldNotBe(new RollupGroupingSyntax([]));
        new RowSyntax([new NullLiteralSyntax()]).ShouldNotBe(new RowSyntax([new NullLiteralSyntax(), new NullLiteralSyntax()]));
    }

    static BinarySyntax Sum(TextSpan span) =>
        new(BinaryOperator.Add, new ColumnSyntax(Name("a") with { Span = span }), new NumberLiteralSyntax("1", NumberKind.Integer) { Span = span }) { Span = span };

    static NameSyntax Name(string name) => new([new IdentifierSyntax(name)]);
}
