using Microsoft.Win32.SafeHandles;

namespace Orrery.Agent.Logs;

/// <summary>A file that the tailer follows: what is kept of it, and what is only known while the agent runs.</summary>
internal sealed class TrackedFile(LogSource source, LogSplitter splitter, long number, string path, FileIdentity identity) : IDisposable
{
    public LogSource Source { get; } = source;

    public LogSplitter Splitter { get; } = splitter;

    public long Number { get; } = number;

    public string Path { get; set; } = path;

    public FileIdentity Identity { get; } = identity;

    public long Offset { get; set; }

    public LogText? Text { get; set; }

    public FilePrint Head { get; set; } = FilePrint.Empty;

    public FilePrint Tail { get; set; } = FilePrint.Empty;

    /// <summary>Cut to nothing or removed; nothing more comes from it.</summary>
    public bool Ended { get; set; }

    /// <summary>For a file that ended: its copy was found.</summary>
    public bool HasCopy { get; set; }

    /// <summary>Looks like a copy of another that still grows: not read unless it turns out not to be one, or the other ends.</summary>
    public TrackedFile? Original { get; set; }

    /// <summary>A copy that is read on for a file that ended.</summary>
    public bool IsCopy { get; set; }

    /// <summary>No path of the source leads to it any more: it was renamed or removed.</summary>
    public bool Gone { get; set; }

    public long SeenMilliseconds { get; set; }

    public SafeFileHandle? Handle { get; set; }

    /// <summary>Length and time of change when it was last looked at.</summary>
    public (long Length, DateTime ChangedAt) Stamp { get; set; } = (-1, default);

    /// <summary>When it last grew, by the agent's clock.</summary>
    public DateTimeOffset GrownAt { get; set; }

    /// <summary>What the last reading went by: nothing new can come of the same.</summary>
    public (long Length, bool Still, bool VeryStill)? ReadAs { get; set; }

    public FileCheckpoint ToCheckpoint() => new()
    {
        Number = Number,
        Source = Source.Name,
        Path = Path,
        Device = Identity.Device,
        Inode = Identity.Number,
        Offset = Offset,
        Encoding = Text?.Name ?? "",
        Head = Head,
        Tail = Tail,
        Ended = Ended,
        HasCopy = HasCopy,
        IsCopy = IsCopy,
        SeenMilliseconds = SeenMilliseconds,
    };

    public void Close()
    {
        Handle?.Dispose();
        Handle = null;
    }

    public void Dispose() => Close();
}
