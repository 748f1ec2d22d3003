using Orrery.Interfaces.News;

namespace Orrery.Grains.News;

sealed class NewsArticleState
{
    /// <summary>0: there is none.</summary>
    public long Version { get; set; }

    public NewsDraft? Draft { get; set; }

    public List<NewsAttachment> Attachments { get; set; } = [];

    public NewsState State { get; set; }

    public string ChangedBy { get; set; } = "";

    public DateTimeOffset ChangedAt { get; set; }

    public string? SubmittedBy { get; set; }

    public string? ApprovedBy { get; set; }

    public DateTimeOffset? ApprovedAt { get; set; }

    public string? Reason { get; set; }

    /// <summary>The newest last.</summary>
    public List<NewsVersion> Versions { get; set; } = [];

    /// <summary>How recipients get it, as the settings were when it was approved.</summary>
    public NewsOrder? Order { get; set; }

    /// <summary>Recipients: estimated, then counted.</summary>
    public long Size { get; set; }

    /// <summary>When the audience is resolved, UTC.</summary>
    public DateTimeOffset? First { get; set; }

    public bool IsResolved { get; set; }

    /// <summary>Up to where the audience's pages are with their inboxes.</summary>
    public string? Cursor { get; set; }

    /// <summary>Shares of recipients that have some.</summary>
    public SortedSet<int> Shards { get; set; } = [];

    public int Wave { get; set; }

    public DateTimeOffset? Next { get; set; }

    public DateTimeOffset? SentAt { get; set; }

    /// <summary>Whether all inboxes know that it was recalled.</summary>
    public bool IsWithdrawn { get; set; }
}

sealed class NewsBookState
{
    public Dictionary<string, NewsSummary> Articles { get; set; } = new(StringComparer.Ordinal);

    /// <summary>Null: nobody has changed them.</summary>
    public NewsSettings? Settings { get; set; }

    public byte[]? SealedSecret { get; set; }
}
