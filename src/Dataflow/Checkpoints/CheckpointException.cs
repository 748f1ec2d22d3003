namespace Orrery.Dataflow.Checkpoints;

/// <summary>A checkpoint cannot be read, or is not one of this graph.</summary>
public sealed class CheckpointException(string message) : Exception(message);
