namespace Orrery.Agent.Logs;

/// <summary>What the log channel has to tell whoever runs it.</summary>
public enum LogNoticeKind
{
    /// <summary>A file was cut to nothing and no copy of it was found: what was written between the last look and the cut cannot be known.</summary>
    Truncated,

    /// <summary>A file that was not read to its end disappeared while the agent did not run.</summary>
    Disappeared,

    /// <summary>A file or folder cannot be read.</summary>
    Unreadable,

    /// <summary>More files match than are followed.</summary>
    TooManyFiles,

    /// <summary>The outbox is full: files are left unread until the cloud takes batches again.</summary>
    OutboxFull,

    /// <summary>Batches can be shipped again.</summary>
    Shipping,

    /// <summary>A batch cannot be shipped; it is tried again.</summary>
    ShippingFailed,
}

/// <param name="Kind">What.</param>
/// <param name="Text">In words, with the path.</param>
public readonly record struct LogNotice(LogNoticeKind Kind, string Text);
