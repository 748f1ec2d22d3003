using Orrery.Dataflow.Graphs;
using Orrery.Grains.Sql.Journals;
using Orrery.Grains.Sql.Schemas;
using Orrery.Sql.Binding;
using Orrery.Sql.Compilation;
using Orrery.Sql.Plans;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Grains.Sql.Running;

/// <summary>The engine as the second one, in which a change of the schema is made while the first goes on; and as the first, which tells it what it needs.</summary>
sealed partial class DataflowEngine
{
    // Of the views of the change, until its epoch is done.
    IReadOnlyList<RejectedRecord> lettersBeside = [];

    /// <summary>Rows that the new views of a change read of what is there, and records that tables read again.</summary>
    /// <param name="next">The catalog after it.</param>
    public long RowsToFill(SchemaChange change, SchemaCatalog next) => change.Make
        .Where(static made => made is { Kind: DefinitionKind.MaterializedView or DefinitionKind.Insert, IsPaused: false })
        .SelectMany(made => next.TryBind(made)?.Reads() ?? new HashSet<string>())
        .Distinct(StringComparer.OrdinalIgnoreCase)
        .Where(read => !change.Make.Any(made => made.Name.Equals(read, StringComparison.OrdinalIgnoreCase)))
        .Sum(read => tables.ContainsKey(read) ? graph.FindTable(read).Rows : FindView(read)?.Rows ?? 0) + change.Fills.Sum(static range => range.To - range.From);

    /// <summary>What those inserts have given to their sinks that a change makes anew with the same meaning.</summary>
    public IReadOnlyDictionary<string, GivenRows> Given(SchemaChange change) => change.Drop
        .Where(name => (inserts.Contains(name) || FindView(name) is { Status: ViewStatus.Paused }) && Catalog.Find(name) is { Kind: DefinitionKind.Insert } insert && IsMadeAnew(insert, change))
        .ToDictionary(static name => name, GivenBy, StringComparer.OrdinalIgnoreCase);

    /// <summary>In the next step the change is told that has been made here: what its inserts begin with, and what its views could not compute.</summary>
    public void Begin(Backfill filled)
    {
        var first = new List<SinkChanges>();
        foreach (SqlDefinition made in filled.Change.Make)
            if (made.Kind == DefinitionKind.Insert && FindView(made.Name) is { Status: ViewStatus.Live } output)
                Begin(output, filled.Given.GetValueOrDefault(made.Name), first);
        firstOutputs = [.. first];
        lettersBeside = filled.Letters;
    }

    /// <summary>The views of queries that are followed.</summary>
    public FollowedView[] FollowedViews() => [.. subscriptions.Values.Select(subscription => new FollowedView(subscription, ViewOf(subscription).Plan))];

    /// <summary>Makes the view of a query that is followed elsewhere, if it says the same here.</summary>
    public void Prepare(FollowedView followed, SchemaChange change)
    {
        try
        {
            Plan plan = SqlBinder.BindView(followed.Subscription.Query, Catalog);
            bool isChanged = PlanTraversal.Nodes(plan).OfType<ScanPlan>().Any(scan => change.Drop.Contains(scan.Relation.Name, StringComparer.OrdinalIgnoreCase));
            if (!isChanged && PlanPrinter.Print(plan) == PlanPrinter.Print(followed.Plan))
                Follow(followed.Subscription.View, plan);
        }
        catch (Exception fault) when (fault is SqlBindingException or SqlValueException or RowMemoryException or InvalidOperationException or NotSupportedException)
        {
            // Whoever follows it begins anew, and hears then what is wrong.
        }
    }

    /// <summary>Takes over the followers of the queries that were prepared; the others begin anew.</summary>
    public void TakeFollowers(DataflowEngine from)
    {
        foreach (Subscription subscription in from.subscriptions.Values.Where(subscription => FindView(subscription.View) is not null))
            subscriptions[subscription.Text] = subscription;
        foreach (DataflowView left in graph.Views.Where(view => view.Name.StartsWith(FollowPrefix, StringComparison.Ordinal) && !subscriptions.Values.Any(subscription => subscription.View == view.Name)).ToArray())
            graph.RemoveView(left.Name);
        queries = Math.Max(queries, from.queries);
    }

    void Follow(string view, Plan plan) =>
        graph.AddView(view, plan, new ViewOptions { Errors = ErrorPolicy.Null, BytesMax = options.QueryBytesMax, ReadsStopped = true }, new FillLimit(options.QueryBytesMax));
}

/// <param name="Plan">Of its query.</param>
sealed record FollowedView(Subscription Subscription, Plan Plan);
