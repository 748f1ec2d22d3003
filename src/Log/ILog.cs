namespace Orrery.Log;

/// <summary>
/// Partitioned, durable, ordered records. A topic has numbered partitions; a partition numbers its records from 0.
/// The embedded log serves the processes of one machine: they share its directory, and each partition has one owner at a time.
/// </summary>
public interface ILog : IAsyncDisposable
{
    /// <summary>How full the disk is and when it will be; null where the log keeps its records elsewhere.</summary>
    DiskForecast? Disk { get; }

    /// <summary>Opens a topic. Opening it again answers the same topic and keeps the first options.</summary>
    /// <param name="name">1 to 100 characters of a-z, 0-9, '.', '-', '_', beginning with a letter or digit.</param>
    /// <param name="options">How it is written, flushed and kept.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ArgumentException">The name or the options are wrong; the message lists every error.</exception>
    ValueTask<ILogTopic> OpenTopicAsync(string name, TopicOptions options, CancellationToken cancellationToken);
}
