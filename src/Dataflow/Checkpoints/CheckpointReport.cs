namespace Orrery.Dataflow.Checkpoints;

/// <summary>What a checkpoint took.</summary>
/// <param name="Number">Ascending by one.</param>
/// <param name="StateBytes">Bytes of the state.</param>
/// <param name="WrittenBytes">Bytes of it that were written; the rest is as in segments of before.</param>
/// <param name="Segments">Segments that it is made of.</param>
/// <param name="IsBase">Whether everything was written, however much of it had changed.</param>
public sealed record CheckpointReport(long Number, long StateBytes, long WrittenBytes, int Segments, bool IsBase);
