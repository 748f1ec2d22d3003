using Orrery.Interfaces.Sql;
using Orrery.Interfaces.Tags;
using Orrery.Sql.Syntax;

namespace Orrery.Grains.Tags;

/// <summary>
/// A segment's expression, read by the parser of SQL as a condition whose columns are tags: <c>vip AND NOT lapsed AND (level IN ('gold', 'silver') OR spent &gt;= 1000)</c>.
/// </summary>
static class SegmentExpression
{
    public const int LengthMax = 8_192;
    const int NodesMax = 500;

    /// <param name="kindOf">The kind of a tag; null: there is none of the name.</param>
    /// <exception cref="SqlRefusedException">It cannot be read, or names no tag.</exception>
    public static SegmentNode Parse(string text, Func<string, TagKind?> kindOf)
    {
        if (string.IsNullOrWhiteSpace(text) || text.Length > LengthMax)
            throw new SqlRefusedException($"The expression has {text?.Length ?? 0} characters; write 1 to {LengthMax}, such as vip AND NOT lapsed.", 1, 1, 1, 0, 0);
        ExpressionSyntax read;
        try
        {
            read = SqlParser.ParseExpression(text);
        }
        catch (SqlSyntaxException fault)
        {
            throw new SqlRefusedException(fault.Reason, 1, fault.Span.Line, fault.Span.Column, fault.Span.Offset, fault.Span.Length);
        }

        int nodes = 0;
        return Node(read);

        SegmentNode Node(ExpressionSyntax syntax)
        {
            if (++nodes > NodesMax)
                throw Wrong($"The expression has more than {NodesMax} parts; make segments or tags of some of them.", syntax);
            return syntax switch
            {
                LogicalSyntax logical => new SegmentNode(logical.Operator == LogicalOperator.And ? "and" : "or", null, null, null, [.. logical.Operands.Select(Node)]),
                UnarySyntax { Operator: UnaryOperator.Not } not => Not(Node(not.Operand)),
                ColumnSyntax column => Tag(column, null, null),
                BinarySyntax { Operator: >= BinaryOperator.Equal, Left: ColumnSyntax column } compared => Tag(column, compared.Operator.Symbol(), Literal(compared.Right)),
                InListSyntax { Operand: ColumnSyntax column } list => Negated(list.Negated, new SegmentNode("or", null, null, null, [.. list.Items.Select(item => Tag(column, "=", Literal(item)))])),
                BetweenSyntax { Operand: ColumnSyntax column, Symmetric: false } between =>
                    Negated(between.Negated, new SegmentNode("and", null, null, null, [Tag(column, ">=", Literal(between.Low)), Tag(column, "<=", Literal(between.High))])),
                _ => throw Wrong("A segment is made of tags with AND, OR, NOT and parentheses, and of comparisons such as level = 'gold', spent >= 1000, level IN ('gold', 'silver'), spent BETWEEN 10 AND 20.", syntax),
            };
        }

        SegmentNode Tag(ColumnSyntax column, string? comparison, string? value)
        {
            string name = column.Name.Plain;
            TagKind kind = kindOf(name) ?? throw Wrong($"There is no tag '{name}' of this type.", column);
            if (comparison is not null && kind == TagKind.Boolean)
                throw Wrong($"The tag '{name}' has no value to compare: write {name} or NOT {name}.", column);
            if (comparison is not null && kind == TagKind.Numeric && !double.TryParse(value, System.Globalization.CultureInfo.InvariantCulture, out _))
                throw Wrong($"The tag '{name}' is a number, and '{value}' is none.", column);
            return new SegmentNode("tag", name, comparison, value, []);
        }

        static SegmentNode Not(SegmentNode node) => new("not", null, null, null, [node]);

        static SegmentNode Negated(bool isNegated, SegmentNode node) => isNegated ? Not(node) : node;

        static string Literal(ExpressionSyntax value) => value switch
        {
            StringLiteralSyntax literal => literal.Value,
            NumberLiteralSyntax literal => literal.Text,
            UnarySyntax { Operator: UnaryOperator.Minus, Operand: NumberLiteralSyntax literal } => "-" + literal.Text,
            TimeLiteralSyntax literal => literal.Text,
            _ => throw Wrong("A tag is compared with a text, a number or a time as it stands.", value),
        };

        static SqlRefusedException Wrong(string message, SyntaxNode at) => new(message, 1, at.Span.Line, at.Span.Column, at.Span.Offset, at.Span.Length);
    }

    /// <summary>Names of the tags that it is made of.</summary>
    public static IEnumerable<string> TagsOf(SegmentNode node) => node.Tag is { } tag ? [tag] : node.Nodes.SelectMany(TagsOf).Distinct(StringComparer.Ordinal);
}
