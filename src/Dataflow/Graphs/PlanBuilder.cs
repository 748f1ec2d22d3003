using Orrery.Dataflow.Memory;
using Orrery.Dataflow.Operators;
using Orrery.Dataflow.Partitions;
using Orrery.Dataflow.State;
using Orrery.Sql.Compilation;
using Orrery.Sql.Expressions;
using Orrery.Sql.Plans;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Dataflow.Graphs;

/// <summary>
/// Makes operators of plans. Operators know columns only: an expression as a key, an argument or a filter becomes a column of a <see cref="MapOperator"/> before them. A plan whose fingerprint the graph has
/// already is that operator. New operators are given to the graph in the order in which they are made, inputs first.
/// </summary>
internal sealed partial class PlanBuilder(IOperatorRegistry registry, ErrorPolicy policy, StateMemory memory)
{
    private readonly Action<MapOperator, nint, SqlValueException> _onDropped = registry.OnDropped;

    public Operator Build(Plan plan)
    {
        string fingerprint = FingerprintOf(plan);
        if (registry.Find(fingerprint) is { } known) return known;
        var created = plan switch
        {
            ScanPlan or FilterPlan or ProjectPlan or ExpandPlan => BuildMap(plan, fingerprint),
            JoinPlan join => BuildJoin(join, fingerprint),
            AggregatePlan aggregate => BuildAggregate(aggregate, fingerprint),
            UnionPlan union => new UnionOperator(fingerprint, new RowLayout(union.Schema), [.. union.Parts.Select(Build)])
            {
                IsAppendOnly = union.Parts.All(part => Build(part).IsAppendOnly),
            },
            SetOperationPlan set => new SetOperator(fingerprint, new RowLayout(set.Schema), Arranged(Build(set.Left)), Arranged(Build(set.Right)), set.IsIntersect, set.IsAll),
            TopPlan top => TryFirst(top, fingerprint) ?? (Operator)BuildTop(top, fingerprint),
            ValuesPlan values => BuildValues(values, fingerprint),
            SortPlan sort => BuildSort(sort, fingerprint),
            WindowPlan window => BuildWindow(window, fingerprint),
            TimeFilterPlan filter => BuildTimeFilter(filter, fingerprint),
            UnnestPlan unnest => BuildUnnest(unnest, fingerprint),
            OverPlan over => BuildOver(over, fingerprint),
            LookupPlan lookup => BuildLookup(lookup, fingerprint),
            ExchangePlan exchange => BuildExchange(exchange, fingerprint),
            _ => throw new NotSupportedException($"A plan node of kind {plan.GetType().Name} has no operator."),
        };
        // A node that gives what another one gives already.
        if (created.Fingerprint == fingerprint) registry.Add(created);
        return created;
    }

    /// <summary>The rows of a plan with its columns wherever they are.</summary>
    /// <param name="isArranged">Whether they are needed as an arrangement.</param>
    public PlanSource Resolve(Plan plan, bool isArranged)
    {
        switch (plan)
        {
            case ScanPlan scan when registry.FindRelation(scan.Relation.Name) is { } source && (!isArranged || source.Arrangement is not null):
                return new PlanSource(source, [.. scan.Columns]);
            case ProjectPlan project when project.Expressions.All(expression => expression is ColumnExpression):
                var input = Resolve(project.Input, isArranged);
                return input with { Columns = [.. project.Expressions.Select(expression => input.ColumnOf(((ColumnExpression)expression).Index))] };
            default:
                var built = Build(plan);
                return PlanSource.Of(isArranged ? Arranged(built) : built);
        }
    }

    /// <summary>An operator whose rows are kept.</summary>
    public Operator Arranged(Operator source)
    {
        registry.Arrange(source);
        return source;
    }

    /// <summary>The places of expressions over a source: those of its columns, or columns of a map that computes them behind all others.</summary>
    public PlanSource Extend(PlanSource source, IReadOnlyList<BoundExpression> expressions, bool isArranged, out int[] columns)
    {
        if (expressions.All(expression => expression is ColumnExpression))
        {
            columns = [.. expressions.Select(expression => source.ColumnOf(((ColumnExpression)expression).Index))];
            return source;
        }

        var input = source.Operator.Layout;
        var outputs = source.Columns.Select(column => (BoundExpression)new ColumnExpression(column, input.Schema[column].Type, input.Schema[column].Name)).ToList();
        var places = new List<int>();
        foreach (var expression in expressions)
        {
            var mapped = ColumnMap.Apply(expression, source.ColumnOf);
            int place = outputs.IndexOf(mapped);
            if (place < 0)
            {
                place = outputs.Count;
                outputs.Add(mapped);
            }

            places.Add(place);
        }

        columns = [.. places];
        var schema = new RowSchema(outputs.Select((output, index) => new RowColumn(output is ColumnExpression column ? column.Name : $"expression{index}", output.Type)));
        var arguments = new Arguments(outputs);
        string fingerprint = $"columns for {FingerprintOf(new ProjectPlan(new ValuesPlan([], input.Schema), arguments, schema))} of {source.Operator.Fingerprint}";
        var extended = registry.Find(fingerprint);
        if (extended is null)
        {
            var layout = new RowLayout(schema);
            var stage = new MapStage(null, null, [ExpressionCompiler.Projection(arguments, input, null, layout, policy)]);
            extended = new MapOperator(fingerprint, layout, source.Operator, [stage], policy, _onDropped) { UniqueColumns = MapUnique(source.Operator.UniqueColumns, arguments) };
            registry.Add(extended);
        }

        return new PlanSource(isArranged ? Arranged(extended) : extended, [.. Enumerable.Range(0, source.Columns.Length)]);
    }

    /// <summary>Unique columns behind a projection; null where one of them is not in it.</summary>
    internal static int[]? MapUnique(IReadOnlyList<int>? unique, IReadOnlyList<BoundExpression> outputs)
    {
        if (unique is null) return null;
        int[] places = [.. unique.Select(column => outputs.ToList().FindIndex(output => output is ColumnExpression taken && taken.Index == column))];
        return places.Contains(-1) ? null : places;
    }

    // Of several partitions each has the same operators whatever the order in which views came: what a plan becomes depends on the plan alone.
    private bool IsThere(Plan plan) => registry.Partition.Count == 1 && registry.Find(FingerprintOf(plan)) is not null;

    private string FingerprintOf(Plan plan) => $"{policy} {registry.Fingerprint(plan)}";

    private Operator BuildMap(Plan plan, string fingerprint)
    {
        var chain = new Stack<Plan>();
        var bottom = plan;
        while (bottom is FilterPlan or ProjectPlan or ExpandPlan && (bottom == plan || !IsThere(bottom)))
        {
            chain.Push(bottom);
            bottom = bottom.Inputs[0];
        }

        PlanSource source;
        if (bottom is JoinPlan join && chain.TryPeek(out var above) && above is ProjectPlan picks && TryPick(join, picks) is { } joined)
        {
            // The join gives the columns that are picked, and no others.
            chain.Pop();
            if (chain.Count == 0) return joined;
            registry.Add(joined);
            source = PlanSource.Of(joined);
        }
        else if (bottom is ScanPlan scan) source = new PlanSource(registry.FindRelation(scan.Relation.Name) ?? throw NoRelation(scan), [.. scan.Columns]);
        else source = PlanSource.Of(Build(bottom));
        var stages = new List<MapStage>();
        var layout = source.Operator.Layout;
        // Columns as the plan counts them, over the rows as they are at this stage.
        int[]? columns = source.IsIdentity ? null : source.Columns;
        var unique = source.Operator.UniqueColumns;
        foreach (var node in chain)
        {
            int Map(int column) => columns is null ? column : columns[column];
            if (node is FilterPlan filter)
            {
                stages.Add(new MapStage(ExpressionCompiler.Predicate(ColumnMap.Apply(filter.Predicate, Map), layout, null, policy), null, null));
                continue;
            }

            var output = new RowLayout(node.Schema);
            Arguments[] lists = node is ProjectPlan project ? [project.Expressions] : [.. ((ExpandPlan)node).Projections];
            var mapped = lists.Select(list => ColumnMap.Apply(list, Map)).ToArray();
            if (mapped.Length == 1 && mapped[0].All(expression => expression is ColumnExpression))
                stages.Add(new MapStage(null, new RowGather(output, [layout], [.. mapped[0].Select(expression => (0, ((ColumnExpression)expression).Index))]), null));
            else
                stages.Add(new MapStage(null, null, [.. mapped.Select(list => ExpressionCompiler.Projection(list, layout, null, output, policy))]));
            unique = mapped.Length == 1 ? MapUnique(unique, mapped[0]) : null;
            (layout, columns) = (output, null);
        }

        if (columns is not null)
        {
            var output = new RowLayout(plan.Schema);
            stages.Add(new MapStage(null, new RowGather(output, [layout], [.. columns.Select(column => (0, column))]), null));
            unique = MapUnique(unique, [.. columns.Select(column => new ColumnExpression(column, layout.Schema[column].Type, ""))]);
            layout = output;
        }

        return new MapOperator(fingerprint, layout, source.Operator, stages, policy, _onDropped) { UniqueColumns = unique };
    }

    /// <summary>The first row of each partition of a table, which the table's rows themselves tell; null where it is something else. Where rows only come, one a partition is kept instead.</summary>
    private FirstOperator? TryFirst(TopPlan top, string fingerprint)
    {
        if (top is not { Rank: RankKind.RowNumber, First: 1, Last: 1, EmitsRank: false, PartitionKeys.Count: > 0 }) return null;
        if (!top.PartitionKeys.All(key => key is ColumnExpression) || !top.Order.All(key => key.Expression is ColumnExpression)) return null;
        if (TableOf(top.Input) is not { IsAppendOnly: false, Arrangement: not null }) return null;
        var source = Resolve(top.Input, isArranged: true);
        int Column(BoundExpression expression) => ((ColumnExpression)expression).Index;
        OrderColumn[] order = [.. top.Order.Select(key => new OrderColumn(Column(key.Expression), key.IsDescending, key.NullsFirst))];
        return new FirstOperator(fingerprint, new RowLayout(top.Schema), source.Operator, source.Columns, [.. top.PartitionKeys.Select(Column)], order, memory);
    }

    /// <summary>The table that a plan only picks columns of; null: it does more, or reads a view.</summary>
    private TableOperator? TableOf(Plan plan) => plan switch
    {
        ScanPlan scan => registry.FindRelation(scan.Relation.Name) as TableOperator,
        ProjectPlan project when project.Expressions.All(expression => expression is ColumnExpression) => TableOf(project.Input),
        _ => null,
    };

    private TopOperator BuildTop(TopPlan top, string fingerprint)
    {
        var source = Extend(PlanSource.Of(Build(top.Input)), [.. top.PartitionKeys, .. top.Order.Select(key => key.Expression)], isArranged: false, out int[] columns);
        int keys = top.PartitionKeys.Count;
        OrderColumn[] order = [.. top.Order.Select((key, index) => new OrderColumn(columns[keys + index], key.IsDescending, key.NullsFirst))];
        int width = top.Input.Schema.Count;
        var layout = new RowLayout(top.Schema);
        return new TopOperator(fingerprint, layout, source.Operator, width, top.Rank, columns[..keys], order, top.First, top.Last, top.EmitsRank, memory);
    }

    private Operator BuildSort(SortPlan sort, string fingerprint)
    {
        if (sort.Offset == 0 && sort.Limit is null) return Build(sort.Input);
        long last = sort.Limit is { } limit ? sort.Offset + limit : long.MaxValue;
        return BuildTop(new TopPlan(sort.Input, RankKind.RowNumber, Arguments.None, sort.Order, sort.Offset + 1, last, EmitsRank: false, sort.Schema), fingerprint);
    }

    private ValuesOperator BuildValues(ValuesPlan values, string fingerprint)
    {
        var layout = new RowLayout(values.Schema);
        var nothing = new RowLayout(new RowSchema([]));
        // Of several partitions the first one has them.
        return new ValuesOperator(fingerprint, layout, registry.Partition.Number > 0 ? [] : [.. values.Rows.Select(row => ExpressionCompiler.Projection(row, nothing, null, layout, policy))]);
    }

    private ExchangeOperator BuildExchange(ExchangePlan exchange, string fingerprint)
    {
        var input = Build(exchange.Input);
        if (exchange.Kind != ExchangeKind.ByKey) return new ExchangeOperator(fingerprint, input, exchange, null, null, registry.Partition);
        if (exchange.Keys.All(key => key is ColumnExpression))
            return new ExchangeOperator(fingerprint, input, exchange, null, new KeyHash(input.Layout, exchange.Keys.Select(key => ((ColumnExpression)key).Index)), registry.Partition);
        var keys = new RowLayout(new RowSchema(exchange.Keys.Select((key, index) => new RowColumn($"key{index}", key.Type))));
        return new ExchangeOperator(
            fingerprint, input, exchange, ExpressionCompiler.Projection(exchange.Keys, input.Layout, null, keys, policy), new KeyHash(keys, Enumerable.Range(0, keys.Count)), registry.Partition);
    }

    private static InvalidOperationException NoRelation(ScanPlan scan) =>
        new($"The plan reads {scan.Relation.Name}, which the graph does not hold. Add the table or the view before the views that read it.");
}
