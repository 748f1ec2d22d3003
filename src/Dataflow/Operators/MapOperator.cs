using Orrery.Sql.Compilation;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Dataflow.Operators;

/// <summary>
/// Filters, projections and expansions in a row, in one pass: each row goes through the stages, and what is left at the end is given.
/// </summary>
internal sealed class MapOperator : Operator
{
    private readonly MapStage[] _stages;
    private readonly ErrorPolicy _policy;
    private readonly Action<MapOperator, nint, SqlValueException> _onDropped;

    /// <param name="onDropped">Is told each row that has no value under <see cref="ErrorPolicy.DeadLetter"/>.</param>
    public MapOperator(string fingerprint, RowLayout layout, Operator input, IReadOnlyList<MapStage> stages, ErrorPolicy policy, Action<MapOperator, nint, SqlValueException> onDropped)
        : base("Map", fingerprint, layout, [input])
    {
        _stages = [.. stages];
        _policy = policy;
        _onDropped = onDropped;
        IsAppendOnly = input.IsAppendOnly;
    }

    public override void Step(StepContext context)
    {
        foreach (ref readonly var change in Inputs[0].Output.Each)
        {
            try
            {
                Run(0, change.Row, change.Weight, context);
            }
            catch (SqlValueException error) when (_policy == ErrorPolicy.DeadLetter)
            {
                // Whether a row has a value depends on the row alone: when it is taken back it is dropped as well.
                if (change.Weight > 0) _onDropped(this, change.Row, error);
            }
        }
    }

    public override bool TellsInputs => true;

    public override void EmitContents(StepContext context) => EmitStateless(context);

    private void Run(int first, nint row, int weight, StepContext context)
    {
        for (int index = first; index < _stages.Length; index++)
        {
            ref readonly var stage = ref _stages[index];
            if (stage.Predicate is { } predicate)
            {
                if (!predicate(row, 0, context.Evaluation)) return;
            }
            else if (stage.Gather is { } gather)
            {
                row = gather.Make(row, 0, context.Arena);
            }
            else if (stage.Projections!.Length == 1)
            {
                row = stage.Projections[0](row, 0, context.Evaluation);
            }
            else
            {
                foreach (var projection in stage.Projections) Run(index + 1, projection(row, 0, context.Evaluation), weight, context);
                return;
            }
        }

        Output.Add(row, weight);
    }
}
