namespace Orrery.Dataflow.State;

/// <summary>Is told what each step changes of a state, for checkpoints.</summary>
internal interface IRowJournal
{
    /// <summary>The net change of a row's weight in a step. The row is good until the call returns.</summary>
    void Record(nint row, int weight);
}
