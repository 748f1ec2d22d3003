using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Orrery.Log.Files;

namespace Orrery.Log.Embedded;

/// <summary>The log in files of one directory: <c>topic/partition/offset.log</c>. Processes of one machine share it; a lock file in each partition keeps a second process out of it.</summary>
public sealed partial class EmbeddedLog : ILog
{
    readonly EmbeddedLogOptions options;
    readonly Lock gate = new();
    readonly Dictionary<string, EmbeddedTopic> topics = new(StringComparer.Ordinal);
    bool closed;

    /// <exception cref="IOException">The directory cannot be made.</exception>
    public EmbeddedLog(EmbeddedLogOptions options, ILogFileSystem files, TimeProvider time, ILogger<EmbeddedLog> logger, IMeterFactory meters)
    {
        ArgumentException.ThrowIfNullOrEmpty(options.Directory);
        this.options = options;
        Files = files;
        Time = time;
        Logger = logger;
        Instruments = new LogInstruments(meters, DiskBytes, () => Space!.Forecast());
        files.CreateDirectory(options.Directory);
        Space = new DiskSpace(files, options.Directory, options.FreeBytesMin, time, logger);
    }

    public DiskForecast? Disk => Space.Forecast();

    internal EmbeddedLogOptions Options => options;

    internal ILogFileSystem Files { get; }

    internal TimeProvider Time { get; }

    internal ILogger Logger { get; }

    internal DiskSpace Space { get; }

    internal LogInstruments Instruments { get; }

    public ValueTask<ILogTopic> OpenTopicAsync(string name, TopicOptions options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var errors = options.Validate().ToList();
        if (!TopicName().IsMatch(name)) errors.Insert(0, $"The topic name '{name}' is wrong; it has 1 to 100 characters of a-z, 0-9, '.', '-', '_' and begins with a letter or digit.");
        if (errors.Count > 0) throw new ArgumentException(string.Join(' ', errors), nameof(options));
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(closed, this);
            if (topics.TryGetValue(name, out var topic)) return new(topic);
            string directory = Path.Combine(this.options.Directory, name);
            int existing = Files.ListDirectories(directory).Count(entry => entry.Length == 4 && int.TryParse(entry, NumberStyles.None, CultureInfo.InvariantCulture, out _));
            if (existing > options.Partitions)
            {
                throw new ArgumentException($"Topic '{name}' has {existing} partitions on disk and cannot be opened with {options.Partitions}: a key would move and records would stay unread.", nameof(options));
            }

            topic = new EmbeddedTopic(this, name, options, directory, this.options.Flusher ?? new FlushThread($"log {name}"));
            topics.Add(name, topic);
            return new(topic);
        }
    }

    public async ValueTask DisposeAsync()
    {
        EmbeddedTopic[] open;
        lock (gate)
        {
            if (closed) return;
            closed = true;
            open = [.. topics.Values];
        }

        foreach (var topic in open) await topic.CloseAsync().ConfigureAwait(false);
    }

    IEnumerable<Measurement<long>> DiskBytes()
    {
        lock (gate) return [.. topics.Values.Select(topic => new Measurement<long>(topic.DiskBytes, topic.Tags))];
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9._-]{0,99}$", RegexOptions.CultureInvariant)]
    private static partial Regex TopicName();
}
