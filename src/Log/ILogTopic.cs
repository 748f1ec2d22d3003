namespace Orrery.Log;

/// <summary>A named set of partitions.</summary>
public interface ILogTopic
{
    string Name { get; }

    /// <summary>How many partitions there are; they are numbered from 0.</summary>
    int PartitionCount { get; }

    /// <summary>
    /// Opens a partition for this process alone, creating it where it is missing. While another process has it open this waits, for a bounded time. Opening it
    /// again in the same process closes what was opened before. Dispose it to let it go.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no partition of this number.</exception>
    /// <exception cref="LogInUseException">Another process still has it open; the message says which one.</exception>
    /// <exception cref="LogCorruptException">A sealed segment cannot be read.</exception>
    ValueTask<ILogPartition> OpenPartitionAsync(int number, CancellationToken cancellationToken);
}
