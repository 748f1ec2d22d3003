using Orrery.Grains.Sql.Sources;
using Orrery.Log;
using Orrery.Sql.Rows;

namespace Orrery.Grains.Sql.Running;

/// <summary>What one epoch gives.</summary>
/// <param name="Outputs">For each insert into a sink, its changes.</param>
/// <param name="Rejected">What tables could not read and views could not compute with.</param>
sealed record EngineStep(IReadOnlyList<SinkChanges> Outputs, IReadOnlyList<RejectedRecord> Rejected);

/// <param name="Table">A table's name.</param>
/// <param name="Range">The place of the range that it is of in the journal's entry.</param>
sealed record TableSlice(string Table, SourceSlice Slice, int Range = 0);

/// <param name="Relation">A table that could not read it, or a view that could not compute with it.</param>
/// <param name="Partition">Of the table's topic; negative: it is a view's row.</param>
sealed record RejectedRecord(string Relation, int Partition, long Offset, LogRecord Record, string Reason);

/// <summary>The net changes of an insert in one epoch, copied out of the graph.</summary>
/// <param name="Insert">Its name.</param>
/// <param name="Epoch">Which.</param>
/// <param name="Rows">Values in managed form, and by how much the row's count changes; rows that go before rows that come.</param>
/// <param name="Layout">Of the rows when they are packed.</param>
sealed record SinkChanges(string Insert, long Epoch, IReadOnlyList<(object?[] Values, int Weight)> Rows, RowLayout Layout);
