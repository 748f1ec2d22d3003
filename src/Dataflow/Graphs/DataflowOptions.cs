namespace Orrery.Dataflow.Graphs;

/// <summary>Bounds of a graph.</summary>
public sealed class DataflowOptions
{
    /// <summary>Bytes of state from which on memory comes from files in <see cref="SpillFolder"/>; default: no bound.</summary>
    public long ResidentBytesMax { get; init; } = long.MaxValue;

    /// <summary>Where state beyond the bound lies, in files that go with the process; null: nowhere.</summary>
    public string? SpillFolder { get; init; }

    /// <summary>Bytes of state of one view, shared operators included, when the view says nothing else; over it the view is paused. Default: no bound.</summary>
    public long ViewBytesMax { get; init; } = long.MaxValue;

    /// <summary>Bytes of the rows of one step. Default 4 GiB.</summary>
    public long StepBytesMax { get; init; } = Sql.Rows.RowArena.DefaultBytesMax;

    /// <summary>Steps from one look at the sizes of views to the next. Default 16.</summary>
    public int StepsPerSizeCheck { get; init; } = 16;

    /// <summary>Measures how long operators work; null: nobody does.</summary>
    public TimeProvider? Clock { get; init; }
}
