using Orrery.Sql.Compilation;

namespace Orrery.Dataflow.Graphs;

/// <summary>How a view is kept.</summary>
public sealed record ViewOptions
{
    /// <summary>What becomes of rows with values that cannot be computed. Default: the view stops.</summary>
    public ErrorPolicy Errors { get; init; } = ErrorPolicy.Fail;

    /// <summary>Whether its rows are kept; else its changes are told as they come, and its rows are computed of what it reads each time that somebody asks for them. Default true.</summary>
    public bool IsMaterialized { get; init; } = true;

    /// <summary>Whether it may read views that are stopped, as they are: for a query that is answered at once. Default false: what is kept true reads nothing that stands still.</summary>
    public bool ReadsStopped { get; init; }

    /// <summary>Bytes of state, shared operators included; null: the graph's <see cref="DataflowOptions.ViewBytesMax"/>.</summary>
    public long? BytesMax { get; init; }
}
