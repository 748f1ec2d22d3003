namespace Orrery.Dataflow.Checkpoints;

/// <summary>What <see cref="GraphCheckpoints.Capture"/> took, until it is made a checkpoint.</summary>
public sealed class CapturedCheckpoint
{
    internal CapturedCheckpoint(CheckpointManifest manifest, SegmentWriter writer, CheckpointReport report)
    {
        Manifest = manifest;
        Writer = writer;
        Report = report;
    }

    /// <summary>What it takes.</summary>
    public CheckpointReport Report { get; }

    internal CheckpointManifest Manifest { get; }

    internal SegmentWriter Writer { get; }
}
