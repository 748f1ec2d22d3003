namespace Orrery.Log.Tests.Compliance;

/// <summary>Something that keeps a log, which several processes can open.</summary>
public interface ILogHost : IAsyncDisposable
{
    /// <summary>Why it cannot run here, or null.</summary>
    static abstract string? Missing { get; }

    /// <summary>Opens the log as another process would.</summary>
    ILog Open(TimeProvider time);

    /// <summary>Makes a topic where that is not done by opening it.</summary>
    void CreateTopic(string name, int partitions);
}
