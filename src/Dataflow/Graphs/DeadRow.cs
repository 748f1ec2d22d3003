using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Dataflow.Graphs;

/// <summary>A row that a view could not compute with, and dropped.</summary>
/// <param name="View">The view; where several share the operator, the one that is nearest to it.</param>
/// <param name="Layout">Of the row.</param>
/// <param name="Row">As it came to the operator. In memory only until the call returns.</param>
/// <param name="Error">Why it has no value.</param>
public readonly record struct DeadRow(string View, RowLayout Layout, nint Row, SqlValueException Error);
