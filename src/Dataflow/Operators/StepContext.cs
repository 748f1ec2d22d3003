using Orrery.Sql.Compilation;
using Orrery.Sql.Rows;

namespace Orrery.Dataflow.Operators;

/// <summary>What the operators of a graph share in a step.</summary>
/// <param name="arena">Rows that are good until the step ends.</param>
internal sealed class StepContext(RowArena arena) : IDisposable
{
    public RowArena Arena { get; } = arena;

    /// <summary>What compiled expressions work with; its clock is that of the step.</summary>
    public EvaluationContext Evaluation { get; } = new(arena);

    /// <summary>The clock of the step, in microseconds since 1970-01-01; never less than that of the step before.</summary>
    public long NowMicroseconds
    {
        get => Evaluation.NowMicroseconds;
        set => Evaluation.NowMicroseconds = value;
    }

    public void Dispose()
    {
        Evaluation.Dispose();
        Arena.Dispose();
    }
}
