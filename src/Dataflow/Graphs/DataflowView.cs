using Orrery.Dataflow.Memory;
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
    private readonly Action<Operator, RowReceiver> _compute;

    /// <param name="compute">Tells the rows of an operator.</param>
    internal DataflowView(string name, Plan plan, ViewOptions options, Operator root, Action<Operator, RowReceiver> compute)
    {
        _compute = compute;
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

    /// <summary>Different rows; about so many, where they are not kept.</summary>
    public long Rows => Kept?.Count ?? (Status == ViewStatus.Live ? RowsAbout(Root) : 0);

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

    /// <summary>
    /// All rows, with how often each is there; no order. A row is good until the next one is told. Where they are not kept they are computed, in memory that goes again, and one may be told more than once.
    /// </summary>
    /// <exception cref="RowMemoryException">Rows that are not kept take more than a step may.</exception>
    public void ReadRows(RowReceiver receiver)
    {
        if (!Options.IsMaterialized && Kept is null && Status == ViewStatus.Live)
        {
            _compute(Root, receiver);
            return;
        }

        var rows = Rowset();
        var row = new RowBuffer();
        foreach (uint handle in rows.Handles())
            if (rows.Entry(handle)->Weight > 0) receiver(rows.Row(handle, row), rows.Entry(handle)->Weight);
    }

    /// <summary>Makes ready to be read by these columns. Between steps; takes time in the number of rows.</summary>
    public ViewIndex AddIndex(IReadOnlyList<int> columns) => new(Rowset(), new RowKey(Layout, columns), Rowset().AddIndex(columns));

    internal void Stop(ViewStatus status, string reason)
    {
        Status = status;
        Reason = reason;
    }

    private static long RowsAbout(Operator node) =>
        node.Arrangement is { } kept ? kept.Count : node.StateRows > 0 || node.Inputs.Count == 0 ? node.StateRows : node.ReadsArrangements ? RowsAbout(node.Inputs[0]) : node.Inputs.Sum(RowsAbout);

    private Collection Rowset() => Kept ?? throw new InvalidOperationException($"The rows of view {Name} are not kept. Create it as a materialized view whose rows are.");
}
