using System.Runtime.CompilerServices;
using Orrery.Sql.Aggregates;
using Orrery.Sql.Catalogs;
using Orrery.Sql.Expressions;
using Orrery.Sql.Plans;

namespace Orrery.Sql.Lineage;

/// <summary>Reads off a plan which columns of which tables each of its columns comes from.</summary>
public sealed class LineageReader
{
    private readonly Func<Relation, Plan?> _expand;

    /// <summary>What is known of a node: the sources of each column's value, and of what decides over its rows.</summary>
    private sealed record Facts(IReadOnlyList<HashSet<LineageSource>> Columns, HashSet<LineageSource> Rows);

    private LineageReader(Func<Relation, Plan?> expand) => _expand = expand;

    /// <summary>The lineage of each column.</summary>
    /// <param name="plan">Any plan.</param>
    /// <param name="expand">The plan behind a materialized view, to go on to its tables; null where a relation is a source itself.</param>
    public static IReadOnlyList<ColumnLineage> Read(Plan plan, Func<Relation, Plan?> expand)
    {
        var facts = new LineageReader(expand).Of(plan);
        return [.. plan.Schema.Columns.Select((column, index) => new ColumnLineage(column.Name,
            [.. facts.Columns[index].Union(facts.Rows).OrderBy(source => source.Table, StringComparer.Ordinal).ThenBy(source => source.Column, StringComparer.Ordinal).ThenBy(source => source.Kind)]))];
    }

    private Facts Of(Plan plan)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (plan)
        {
            case ScanPlan scan:
                return Scan(scan);
            case ValuesPlan values:
                return new Facts([.. values.Schema.Columns.Select(_ => new HashSet<LineageSource>())], []);
            case UnionPlan union:
                var parts = union.Parts.Select(Of).ToList();
                return new Facts([.. Enumerable.Range(0, union.Schema.Count).Select(column => All(parts.Select(part => part.Columns[column])))], All(parts.Select(part => part.Rows)));
            case SetOperationPlan set:
                var (left, right) = (Of(set.Left), Of(set.Right));
                return new Facts(left.Columns, All([left.Rows, right.Rows, .. left.Columns.Select(Filtering), .. right.Columns.Select(Filtering)]));
            case JoinPlan join:
                return Join(Of(join.Left), Of(join.Right), join.LeftKeys, join.RightKeys, join.Residual, join.Schema.Count);
            case LookupPlan lookup:
                return Join(Of(lookup.Left), Of(lookup.Right), lookup.LeftKeys, lookup.RightKeys, lookup.Residual, lookup.Schema.Count);
            default:
                return Single(plan, Of(plan.Inputs[0]));
        }
    }

    private Facts Scan(ScanPlan scan)
    {
        if (_expand(scan.Relation) is { } behind)
        {
            var facts = Of(behind);
            return new Facts([.. scan.Columns.Select(column => facts.Columns[column])], facts.Rows);
        }

        return new Facts([.. scan.Schema.Columns.Select(column => new HashSet<LineageSource> { new(scan.Relation.Name, column.Name, LineageKind.Copied) })], []);
    }

    private static Facts Join(Facts left, Facts right, Arguments leftKeys, Arguments rightKeys, BoundExpression? residual, int count)
    {
        var columns = left.Columns.Concat(right.Columns).ToList();
        var rows = All([left.Rows, right.Rows, .. leftKeys.Select(key => Filtering(Value(key, left.Columns))), .. rightKeys.Select(key => Filtering(Value(key, right.Columns)))]);
        if (residual is not null) rows.UnionWith(Filtering(Value(residual, columns)));
        return new Facts([.. columns.Take(count)], rows);
    }

    private static Facts Single(Plan plan, Facts input)
    {
        HashSet<LineageSource> Of(BoundExpression expression) => Value(expression, input.Columns);
        HashSet<LineageSource> Deciding(IEnumerable<BoundExpression?> expressions) => All([input.Rows, .. expressions.OfType<BoundExpression>().Select(expression => Filtering(Of(expression)))]);
        switch (plan)
        {
            case FilterPlan filter:
                return input with { Rows = Deciding([filter.Predicate]) };
            case TimeFilterPlan filter:
                return input with { Rows = Deciding([filter.From, filter.Until]) };
            case ProjectPlan project:
                return new Facts([.. project.Expressions.Select(Of)], input.Rows);
            case ExpandPlan expand:
                return new Facts([.. Enumerable.Range(0, expand.Schema.Count).Select(column => All(expand.Projections.Select(projection => Of(projection[column]))))], input.Rows);
            case AggregatePlan aggregate:
                var groups = aggregate.Keys.Select(key => Filtering(Of(key))).ToList();
                return new Facts([.. aggregate.Keys.Select(Of), .. aggregate.Calls.Select(call => All([Aggregated(call, input.Columns), .. groups]))], input.Rows);
            case TopPlan top:
                var number = All([.. top.PartitionKeys.Select(Of), .. top.Order.Select(key => Of(key.Expression))]);
                return new Facts(top.EmitsRank ? [.. input.Columns, Computing(number)] : input.Columns, All([input.Rows, Filtering(number)]));
            case OverPlan over:
                var partition = Filtering(All([.. over.PartitionKeys.Select(Of), .. over.Order.Select(key => Of(key.Expression))]));
                return new Facts([.. input.Columns, .. over.Calls.Select(call =>
                    All([call.Aggregate is null ? Aggregating(All(call.Arguments.Select(Of))) : Aggregated(call.Aggregate, input.Columns), partition]))], input.Rows);
            case WindowPlan window:
                var time = Computing(All([Of(window.Time), .. window.PartitionKeys.Select(Of)]));
                return new Facts([.. input.Columns, time, time, time], input.Rows);
            case UnnestPlan unnest:
                var element = Computing(Of(unnest.Array));
                return new Facts([.. input.Columns, .. Enumerable.Repeat(element, unnest.Schema.Count - input.Columns.Count)], input.Rows);
            case SortPlan sort:
                return sort.Limit is null && sort.Offset == 0 ? input : input with { Rows = Deciding(sort.Order.Select(key => key.Expression)) };
            default:
                return input;
        }
    }

    private static HashSet<LineageSource> Aggregated(AggregateCall call, IReadOnlyList<HashSet<LineageSource>> columns) => All([
        Aggregating(All(call.Arguments.Select(argument => Value(argument, columns)))),
        Filtering(All([.. call.Order.Select(key => Value(key.Expression, columns)), .. call.Filter is null ? [] : new[] { Value(call.Filter, columns) }]))]);

    private static HashSet<LineageSource> Value(BoundExpression expression, IReadOnlyList<HashSet<LineageSource>> columns)
    {
        if (expression is ColumnExpression column) return columns[column.Index];
        var places = new SortedSet<int>();
        ExpressionTree.CollectColumns(expression, places);
        return Computing(All(places.Select(place => columns[place])));
    }

    private static HashSet<LineageSource> All(IEnumerable<IEnumerable<LineageSource>> sets) => [.. sets.SelectMany(set => set)];

    private static HashSet<LineageSource> Computing(HashSet<LineageSource> sources) => [.. sources.Select(source => source.Kind == LineageKind.Copied ? source with { Kind = LineageKind.Computed } : source)];

    private static HashSet<LineageSource> Aggregating(HashSet<LineageSource> sources) => [.. sources.Select(source => source.Kind == LineageKind.Filtered ? source : source with { Kind = LineageKind.Aggregated })];

    private static HashSet<LineageSource> Filtering(IEnumerable<LineageSource> sources) => [.. sources.Select(source => source with { Kind = LineageKind.Filtered })];
}
