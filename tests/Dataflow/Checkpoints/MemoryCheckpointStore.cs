using Orrery.Dataflow.Checkpoints;

namespace Orrery.Dataflow.Tests.Checkpoints;

/// <summary>A store in memory whose process may end at any call: what was put before is there.</summary>
internal sealed class MemoryCheckpointStore : ICheckpointStore
{
    public Dictionary<string, byte[]> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether the last thing that was put is a manifest: what was put before it counts.</summary>
    public bool WasWritten { get; private set; }

    /// <summary>Calls to put or delete until one fails; below zero: none does.</summary>
    public int CallsUntilCrash { get; set; } = -1;

    public Task Put(string name, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        WasWritten = false;
        Count();
        Files[name] = bytes.ToArray();
        WasWritten = name.StartsWith("manifest", StringComparison.Ordinal);
        return Task.CompletedTask;
    }

    public Task<byte[]?> Get(string name, CancellationToken cancellation) => Task.FromResult(Files.GetValueOrDefault(name));

    public Task<IReadOnlyList<string>> List(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<string>>([.. Files.Keys]);

    public Task Delete(string name, CancellationToken cancellation)
    {
        Count();
        Files.Remove(name);
        return Task.CompletedTask;
    }

    private void Count()
    {
        if (CallsUntilCrash < 0) return;
        if (CallsUntilCrash-- == 0)
        {
            CallsUntilCrash = -1;
            throw new IOException("The process ends here.");
        }
    }
}
