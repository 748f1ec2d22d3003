namespace Orrery.Sql.Syntax;

/// <summary>GROUP BY and windows of rows.</summary>
sealed partial class Parser
{
    GroupBySyntax ReadGroupBy()
    {
        int start = index;
        Expect("GROUP", "BY");
        return new GroupBySyntax(List(ReadGrouping)) { Span = From(start) };
    }

    GroupingSyntax ReadGrouping()
    {
        Enter();
        int outer = height, start = index;
        height = 0;
        GroupingSyntax grouping = ReadGroupingItem(start);
        height = Math.Max(outer, height + 1);
        Leave();
        return grouping;
    }

    GroupingSyntax ReadGroupingItem(int start)
    {
        if (At("ROLLUP", "("))
        {
            index++;
            return new RollupGroupingSyntax(Parenthesized(ReadGroupingSet)) { Span = From(start) };
        }

        if (At("CUBE", "("))
        {
            index++;
            return new CubeGroupingSyntax(Parenthesized(ReadGroupingSet)) { Span = From(start) };
        }

        if (At("GROUPING", "SETS"))
        {
            index += 2;
            return new GroupingSetsSyntax(Parenthesized(ReadGrouping)) { Span = From(start) };
        }

        return ReadGroupingSet();
    }

    /// <summary>Reads <c>()</c>, <c>(a, b)</c> or an expression.</summary>
    GroupingSyntax ReadGroupingSet()
    {
        int start = index;
        if (At("(", ")"))
        {
            index += 2;
            return new SetGroupingSyntax([]) { Span = From(start) };
        }

        ExpressionSyntax expression = ReadExpression();
        return expression is RowSyntax { Items.Count: > 1 } row && tokens[start].Mark == "("
            ? new SetGroupingSyntax(row.Items) { Span = From(start) }
            : new ExpressionGroupingSyntax(expression) { Span = From(start) };
    }

    /// <summary>Reads what stands behind OVER: a window's name, or a window in parentheses.</summary>
    WindowSyntax ReadOver()
    {
        int start = index;
        if (At("("))
            return ReadWindow();
        IdentifierSyntax name = ReadIdentifier("a window's name or '('");
        return new WindowSyntax(name, [], [], null) { Span = From(start) };
    }

    NamedWindowSyntax ReadNamedWindow()
    {
        int start = index;
        IdentifierSyntax name = ReadIdentifier("a window's name");
        Expect("AS");
        return new NamedWindowSyntax(name, ReadWindow()) { Span = From(start) };
    }

    WindowSyntax ReadWindow()
    {
        int start = index;
        Expect("(");
        IdentifierSyntax? name = IsName(Current) ? ReadIdentifier("a window's name") : null;
        SyntaxList<ExpressionSyntax> partition = [];
        if (Take("PARTITION"))
        {
            Expect("BY");
            partition = List(() => ReadExpression());
        }

        SyntaxList<OrderItemSyntax> order = [];
        if (Take("ORDER"))
        {
            Expect("BY");
            order = List(ReadOrderItem);
        }

        FrameSyntax? frame = At("ROWS") || At("RANGE") ? ReadFrame() : null;
        Expect(")");
        return new WindowSyntax(name, partition, order, frame) { Span = From(start) };
    }

    FrameSyntax ReadFrame()
    {
        int start = index;
        FrameUnit unit = Current.Mark == "ROWS" ? FrameUnit.Rows : FrameUnit.Range;
        index++;
        if (!Take("BETWEEN"))
            return new FrameSyntax(unit, ReadFrameBound(), null) { Span = From(start) };
        FrameBoundSyntax first = ReadFrameBound();
        Expect("AND");
        return new FrameSyntax(unit, first, ReadFrameBound()) { Span = From(start) };
    }

    FrameBoundSyntax ReadFrameBound()
    {
        int start = index;
        if (At("CURRENT", "ROW"))
        {
            index += 2;
            return new FrameBoundSyntax(FrameBound.CurrentRow) { Span = From(start) };
        }

        bool unbounded = At("UNBOUNDED") && Ahead(1).Mark is "PRECEDING" or "FOLLOWING";
        if (unbounded)
            index++;
        ExpressionSyntax? offset = unbounded ? null : ReadExpression(Power.Range + 1);
        if (Take("PRECEDING"))
            return new FrameBoundSyntax(unbounded ? FrameBound.UnboundedPreceding : FrameBound.Preceding, offset) { Span = From(start) };
        if (Take("FOLLOWING"))
            return new FrameBoundSyntax(unbounded ? FrameBound.UnboundedFollowing : FrameBound.Following, offset) { Span = From(start) };
        throw Unexpected("PRECEDING or FOLLOWING");
    }
}
