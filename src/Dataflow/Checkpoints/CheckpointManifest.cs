namespace Orrery.Dataflow.Checkpoints;

/// <summary>
/// What a graph is made of again. Views are not in it: what they keep is a function of the tables' rows and of the clock, and is computed anew; only operators whose state is more than that have segments.
/// </summary>
/// <param name="Number">From 1; each checkpoint has the next.</param>
/// <param name="NowMicroseconds">The clock of the last step.</param>
public sealed record CheckpointManifest(long Number, long NowMicroseconds, IReadOnlyList<TableCheckpoint> Tables, IReadOnlyList<OperatorCheckpoint> Operators)
{
    /// <summary>The names of all its segments.</summary>
    public IEnumerable<string> Segments => Tables.SelectMany(table => table.Segments).Select(segment => segment.Name).Concat(Operators.Select(node => node.Segment.Name));
}

/// <summary>A table: a base and what changed since, in order.</summary>
/// <param name="Latest">The latest event time that it has seen, in microseconds; <see cref="long.MinValue"/>: none.</param>
/// <param name="LateRows">Rows that were dropped because they were late.</param>
public sealed record TableCheckpoint(string Name, long Latest, long LateRows, IReadOnlyList<Segment> Segments);

/// <summary>The state of an operator that cannot be computed from the tables.</summary>
public sealed record OperatorCheckpoint(string Fingerprint, Segment Segment);

/// <summary>A file of changes of rows.</summary>
/// <param name="Name">In the store.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Changes">How many changes it holds.</param>
/// <param name="Hash">Over its changes, so that a damaged one is refused.</param>
public sealed record Segment(string Name, long Bytes, long Changes, ulong Hash);

/// <summary>A segment is not what its manifest says.</summary>
public sealed class CheckpointException(string message) : Exception(message);
