namespace Orrery.Dataflow.Checkpoints;

/// <summary>Where segments of checkpoints lie: a folder, an object store. The host writes the manifest, last, and deletes segments that no manifest names.</summary>
public interface ICheckpointStore
{
    /// <summary>A new segment; it is whole when the stream is closed.</summary>
    Stream Create(string name);

    Stream Open(string name);
}
