namespace Orrery.Grains.Sql.Running;

/// <summary>What a dataflow keeps besides its journal.</summary>
sealed class DataflowState
{
    /// <summary>Counts the activations that began to write the journal.</summary>
    public int Term { get; set; }
}
