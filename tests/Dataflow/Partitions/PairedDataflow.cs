using Orrery.Dataflow.Graphs;
using Orrery.Dataflow.Partitions;
using Orrery.Dataflow.Tests.Comparison;
using Orrery.Sql.Catalogs;
using Orrery.Sql.Compilation;
using Orrery.Sql.Plans;
using Orrery.Sql.Rows;

namespace Orrery.Dataflow.Tests.Partitions;

/// <summary>One graph and several partitions with the same tables, views and changes; after each step they must show the same.</summary>
internal sealed class PairedDataflow : IDisposable
{
    private readonly RandomFeeds _feeds;
    private readonly List<(string Name, Plan Plan)> _views = [];

    public PairedDataflow(string script, int partitions, Random random, TableFeed? feed = null)
    {
        Catalog = new ScriptCatalog(script);
        Parts = new LocalDataflow(partitions);
        var feeds = new Dictionary<string, TableFeed>();
        foreach (var relation in Catalog.Relations)
        {
            feeds[relation.Name] = feed ?? (TableFeed)random.Next(3);
            Alone.AddTable(relation);
            Parts.AddTable(relation, feeds[relation.Name]);
        }

        _feeds = new RandomFeeds(random, Parts.Partitions, feeds);
    }

    public ScriptCatalog Catalog { get; }

    public DataflowGraph Alone { get; } = new();

    public LocalDataflow Parts { get; }

    /// <summary>A view that others may read.</summary>
    public async Task AddView(string name, string query, ErrorPolicy errors = ErrorPolicy.Fail)
    {
        var plan = Catalog.View(query);
        var options = new ViewOptions { Errors = errors };
        Alone.AddView(name, plan, options);
        await Parts.AddView(name, plan, options);
        Catalog.Add(new Relation(name, RelationKind.MaterializedView, plan.Schema, [], new Dictionary<string, string>()));
        _views.Add((name, plan));
        Compare("when it joined");
    }

    public async Task Step(long now, List<(string Table, object?[] Row, int Weight)> changes, string about)
    {
        RandomTables.Repeat(changes, Alone);
        _feeds.Give(changes);
        Alone.Step(now);
        await Parts.Step(now);
        foreach (var (name, plan) in _views)
            RowTexts.OfChanges(receiver => Parts.ReadChanges(name, receiver), Parts.LayoutOf(name)).ShouldBe(RowTexts.OfChanges(Alone.FindView(name).ReadChanges, Parts.LayoutOf(name)), $"changes of {name}, {about}\n{Explain(plan)}");
        Alone.EndStep();
        Parts.EndStep();
        Compare(about);
        Parts.NextTimer.ShouldBe(Alone.NextTimer, about);
    }

    public void Dispose()
    {
        Alone.Dispose();
        Parts.Dispose();
    }

    private string Explain(Plan plan) => PlanPrinter.Explain(Parts.Partitions[0].Explain(plan));

    private void Compare(string about)
    {
        foreach (var (name, plan) in _views)
        {
            Parts.StatusOf(name).Status.ShouldBe(Alone.FindView(name).Status, $"{name}, {about}: {Parts.StatusOf(name).Reason}{Alone.FindView(name).Reason}");
            RowTexts.OfView(Parts, name).ShouldBe(RowTexts.OfView(Alone.FindView(name)), $"{name}, {about}\n{Explain(plan)}");
        }
    }
}
