namespace Orrery.Log;

/// <summary>A named set of partitions.</summary>
public interface ILogTopic
{
    string Name { get; }

    /// <summary>How many partitions there are; they are numbered from 0.</summary>
    int PartitionCount { get; }

    /// <summary>
    /// Takes a partition over, creating it where it is missing. Nobody waits for the owner before: from now on its appends fail with
    /// <see cref="LogFencedException"/> and what it had acknowledged is all here. Opening it again in the same process closes what was opened before.
    /// </summary>
    /// <param name="number">The partition.</param>
    /// <param name="term">Rises from owner to owner; an owner that opens again with its own term takes over from itself. 0 or more.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no partition of this number, or the term is negative.</exception>
    /// <exception cref="LogFencedException">It was opened with a higher term.</exception>
    /// <exception cref="LogInUseException">Another process is just taking it over and does not get on with it.</exception>
    /// <exception cref="LogCorruptException">A sealed segment cannot be read.</exception>
    ValueTask<ILogPartition> OpenPartitionAsync(int number, long term, CancellationToken cancellationToken);

    /// <summary>Takes a partition over for a program that counts no terms.</summary>
    /// <inheritdoc cref="OpenPartitionAsync(int, long, CancellationToken)"/>
    ValueTask<ILogPartition> OpenPartitionAsync(int number, CancellationToken cancellationToken) => OpenPartitionAsync(number, 0, cancellationToken);
}
