using Orrery.Dataflow.Changes;
using Orrery.Dataflow.Checkpoints;
using Orrery.Dataflow.State;
using Orrery.Sql.Rows;

namespace Orrery.Dataflow.Operators;

/// <summary>
/// One node of a dataflow. In each step in which an input has changes, or its own timer is due, it makes the changes of its output of the changes of its inputs (see <see cref="Step"/>), and afterwards
/// its arrangement, if somebody asked for one, takes them. Inputs stand before it in the order of the graph, so that their arrangements already show this step: they can be read as they were before, too.
/// What it keeps is a function of the changes that it was given, in their order, and of the clock of the steps: no time of its own, no randomness.
/// </summary>
internal abstract class Operator(string kind, string fingerprint, RowLayout layout, IReadOnlyList<Operator> inputs) : IDisposable
{
    /// <summary>What it is, for people: <c>Join</c>, <c>Aggregate</c>.</summary>
    public string Kind { get; } = kind;

    /// <summary>The plan that it computes, as text; equal ones are computed once.</summary>
    public string Fingerprint { get; } = fingerprint;

    public RowLayout Layout { get; } = layout;

    public IReadOnlyList<Operator> Inputs { get; } = inputs;

    /// <summary>The number of the graph; ascending in the order in which operators are stepped.</summary>
    public int Id { get; set; }

    /// <summary>How many exchanges between partitions its rows have come through at most: the stage of a step in which it works.</summary>
    public int Stage { get; set; }

    /// <summary>The changes of this step.</summary>
    public ChangeBatch Output { get; } = new();

    /// <summary>Its output as it stands, where another operator or a reader needs it; see the graph.</summary>
    public Collection? Arrangement { get; set; }

    /// <summary>Columns that no two rows of the output have in common; null: none is known.</summary>
    public IReadOnlyList<int>? UniqueColumns { get; init; }

    /// <summary>Whether rows are only ever added to its output.</summary>
    public bool IsAppendOnly { get; init; }

    /// <summary>Who reads it: operators and views.</summary>
    public int Users { get; set; }

    /// <summary>Who reads its arrangement; without readers it goes.</summary>
    public int ArrangementUsers { get; set; }

    /// <summary>Whether it puts its changes into its arrangement by itself.</summary>
    public virtual bool KeepsItself => false;

    /// <summary>The instant, in microseconds since 1970-01-01, at which it has something to do without input; <see cref="long.MaxValue"/>: none.</summary>
    public virtual long NextTimer => long.MaxValue;

    public OperatorCounters Counters { get; } = new();

    /// <summary>Bytes of its own state, without the arrangement of its output.</summary>
    public virtual long StateBytes => 0;

    /// <summary>Rows, groups or the like in its own state.</summary>
    public virtual long StateRows => 0;

    /// <summary>
    /// Makes <see cref="Output"/> of the inputs' outputs. Rows in it must be good until the step ends: of the arena or of a state that frees nothing before <see cref="Settle"/>.
    /// </summary>
    public abstract void Step(StepContext context);

    /// <summary>Ends the step.</summary>
    public virtual void Settle()
    {
    }

    /// <summary>Whether all that it keeps is the arrangements of its inputs.</summary>
    public virtual bool ReadsArrangements => false;

    /// <summary>Inputs whose arrangement it reads besides; see <see cref="ReadsArrangements"/>.</summary>
    public virtual bool ReadsArrangementOf(int input) => ReadsArrangements;

    /// <summary>Between steps: fills <see cref="Output"/> with its present rows, from its state or its inputs' arrangements.</summary>
    public abstract void EmitContents(StepContext context);

    /// <summary>Whether <see cref="EmitContents"/> asks the inputs for theirs.</summary>
    public virtual bool TellsInputs => false;

    /// <summary>
    /// Joins a running graph: makes its state, and its first output, of the rows that its inputs hold already. Their outputs are those rows, and their arrangements, where it reads them, are settled.
    /// </summary>
    public virtual void Backfill(StepContext context)
    {
        if (ReadsArrangements) EmitContents(context);
        else Step(context);
    }

    /// <summary>As <see cref="EmitContents"/>, for an operator without state: a step over what its inputs hold.</summary>
    protected void EmitStateless(StepContext context)
    {
        // Another reader may have let an input tell its rows already.
        bool[] isTold = [.. Inputs.Select(input => input.Output.Count > 0)];
        for (int index = 0; index < isTold.Length; index++)
            if (!isTold[index] && Inputs[index].Output.Count == 0) Inputs[index].EmitContents(context);
        Step(context);
        for (int index = 0; index < isTold.Length; index++)
            if (!isTold[index]) Inputs[index].Output.Clear();
    }

    /// <summary>Takes or gives back its own state, without the arrangement of its output; nothing: it has none. Between steps.</summary>
    public virtual void Transfer(StateTransfer transfer)
    {
    }

    public virtual void Dispose()
    {
        Output.Dispose();
        Arrangement?.Dispose();
    }
}
