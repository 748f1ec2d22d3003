namespace Orrery.Dataflow.Checkpoints;

/// <summary>
/// Where checkpoints of one graph lie: pieces of bytes by name. Names are letters, digits, hyphens. What was put is there whole and for good when the call returns, or the call fails; a name that is put again
/// has the newer bytes.
/// </summary>
public interface ICheckpointStore
{
    Task Put(string name, ReadOnlyMemory<byte> bytes, CancellationToken cancellation);

    /// <summary>The bytes of a name; null: there is no such name.</summary>
    Task<byte[]?> Get(string name, CancellationToken cancellation);

    /// <summary>All names, in any order.</summary>
    Task<IReadOnlyList<string>> List(CancellationToken cancellation);

    /// <summary>A name goes; one that is not there is no error.</summary>
    Task Delete(string name, CancellationToken cancellation);
}
