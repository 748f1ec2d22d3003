using Orrery.Dataflow.Operators;
using Orrery.Dataflow.State;
using Orrery.Sql.Plans;
using Orrery.Sql.Rows;

namespace Orrery.Dataflow.Graphs;

/// <summary>Whether a view is kept true.</summary>
public enum ViewStatus
{
    Live,

    /// <summary>Its state outgrew its bound; what it shows is as old as that.</summary>
    Paused,

    /// <summary>A value could not be computed; what it shows is as old as that.</summary>
    Failed,
}

/// <summary>Is told rows and by how much each one's count changes, or how often it is there.</summary>
public delegate void RowReceiver(nint row, int weight);

/// <summary>A view of a graph. Read between <see cref="DataflowGraph.Step"/> and <see cref="DataflowGraph.EndStep"/> (changes) or at any time between steps (rows).</summary>
public sealed unsafe class DataflowView
{
    internal DataflowView(string name, Plan plan, ViewOptions options, Operator root)
    {
        Name = name;
        Plan = plan;
        Options = options;
        Root = root;
        Layout = root.Layout;
        Kept = options.IsMaterialized ? root.Arrangement : null;
    }

    public string Name { get; }

    public Plan Plan { get; }

    public ViewOptions Options { get; }

    public RowLayout Layout { get; }

    public ViewStatus Status { get; private set; }

    /// <summary>Why it is not live; empty where it is.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>Columns that no two rows have in common; null: none is known.</summary>
    public IReadOnlyList<int>? UniqueColumns => Root.UniqueColumns;

    /// <summary>Different rows.</summary>
    public long Rows => Kept?.Count ?? 0;

    internal Operator Root { get; }

    /// <summary>Its rows; stays readable when the view is stopped.</summary>
    internal Collection? Kept { get; set; }

    /// <summary>The net changes of the last step: each row once, where the view is materialized; else as they came.</summary>
    public void ReadChanges(RowReceiver receiver)
    {
        if (Status != ViewStatus.Live) return;
        if (Kept is null)
        {
            foreach (ref readonly var change in Root.Output.Changes) receiver(change.Row, change.Weight);
            return;
        }

        foreach (uint handle in Kept.Touched)
        {
            int by = Math.Max(0, Kept.Entry(handle)->Weight) - Math.Max(0, Kept.Entry(handle)->OldWeight);
            if (by != 0) receiver(Kept.Row(handle), by);
        }
    }

    /// <summary>All rows, with how often each is there; no order.</summary>
    public void ReadRows(RowReceiver receiver)
    {
        var rows = Rowset();
        foreach (uint handle in rows.Handles())
            if (rows.Entry(handle)->Weight > 0) receiver(rows.Row(handle), rows.Entry(handle)->Weight);
    }

    /// <summary>Makes ready to be read by these columns. Between steps; takes time in the number of rows.</summary>
    public ViewIndex AddIndex(IReadOnlyList<int> columns) => new(Rowset(), new RowKey(Layout, columns), Rowset().AddIndex(columns));

    internal void Stop(ViewStatus status, string reason)
    {
        Status = status;
        Reason = reason;
    }

    private Collection Rowset() => Kept ?? throw new InvalidOperationException($"View {Name} is not materialized: its rows are not kept. Create it as a materialized view.");
}
