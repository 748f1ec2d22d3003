using Orrery.Sql.Compilation;

namespace Orrery.Dataflow.Operators;

/// <summary>One stage of a <see cref="MapOperator"/>: a condition, or columns taken as they are, or expressions (several lists of them: a row each).</summary>
internal readonly record struct MapStage(RowPredicate? Predicate, RowGather? Gather, RowProjection[]? Projections);
