using Orrery.Interfaces.Reviews;

namespace Orrery.Grains.Reviews;

sealed class ReviewBookState
{
    /// <summary>By id.</summary>
    public SortedDictionary<string, StoredForm> Forms { get; set; } = new(StringComparer.Ordinal);

    /// <summary>The oldest block of reviews that is kept, and the one after the newest.</summary>
    public int FirstBlock { get; set; }

    public int EndBlock { get; set; }

    /// <summary>No review has this number or a lower one that is not kept: numbers of deleted reviews are not given again.</summary>
    public long LastNumber { get; set; }
}

sealed class StoredForm
{
    public ReviewFormState State { get; set; }

    public string? Link { get; set; }

    /// <summary>Proves subjects.</summary>
    public byte[] SealedSecret { get; set; } = [];

    public long Version { get; set; }

    public string ChangedBy { get; set; } = "";

    public DateTimeOffset ChangedAt { get; set; }

    /// <summary>The newest last.</summary>
    public List<ReviewFormVersion> Versions { get; set; } = [];
}

/// <param name="Submission">Its id.</param>
/// <param name="Digest">Of all that was submitted.</param>
sealed record StoredReview(Review Review, string Submission, string Digest);

sealed class ReviewModelState
{
    public byte[]? Weights { get; set; }

    public SentimentReport? Report { get; set; }
}

sealed class ReviewsShownState
{
    /// <summary>By form and subject, <c>form/subject</c>.</summary>
    public Dictionary<string, ShownTimes> Times { get; set; } = [];
}

sealed record ShownTimes(int Times, DateTimeOffset At);

sealed class ReviewLinkState
{
    public string Form { get; set; } = "";
}
