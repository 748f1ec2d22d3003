using Orrery.Interfaces.Channels;
using Orrery.Interfaces.Ledger;

namespace Orrery.Grains.Channels.Collecting;

/// <summary>How far a collector came, in one write.</summary>
sealed class CollectorState
{
    /// <summary>Batches collected: the range of the reports.</summary>
    public long Batches { get; set; }

    /// <summary>What is still to be told of the last batch; null: nothing.</summary>
    public CollectorNews? News { get; set; }

    /// <summary>By origin.</summary>
    public Dictionary<string, OriginProgress> Origins { get; set; } = [];

    public long Records { get; set; }

    public long Rejected { get; set; }

    /// <summary>Dead letters that are being read again.</summary>
    public LetterReplay? Replay { get; set; }

    /// <summary>Replays that ended, newest first.</summary>
    public List<Replay> EndedReplays { get; set; } = [];

    /// <summary>The range of the letters' reports: portions that were replayed.</summary>
    public long Portions { get; set; }
}

/// <summary>One batch of one life of an agent, and as what it is read into how many partitions: a change of the channel does not change a batch that is under way.</summary>
sealed record BatchIntent(string Incarnation, long Sequence, string Format, int Partitions);

/// <summary>What has to be told of a batch or a portion that is counted as done. Telling it again is harmless.</summary>
/// <param name="Reports">To the ledger.</param>
/// <param name="Origin">Whose windows are to be sealed; null: none.</param>
/// <param name="Sealed">Up to this stamp.</param>
/// <param name="Settled">Dead letters that are to be marked.</param>
sealed record CollectorNews(HopReport[] Reports, string? Origin, long Sealed, long[] Settled);

/// <summary>A replay that runs, see <see cref="Interfaces.Channels.Replay"/>.</summary>
sealed class LetterReplay
{
    public long Id { get; set; }

    public LetterQuery Query { get; set; } = new();

    public string Format { get; set; } = "";

    public string By { get; set; } = "";

    public DateTimeOffset StartedAt { get; set; }

    /// <summary>The first letter that there was at the start.</summary>
    public long Begin { get; set; }

    /// <summary>Where the letters ended at the start: those that die anew are not replayed.</summary>
    public long End { get; set; }

    /// <summary>All letters below are dealt with.</summary>
    public long Next { get; set; }

    /// <summary>The letters from <see cref="Next"/> up to here are being dealt with; 0: none are. After a crash the same ones are dealt with again.</summary>
    public long PortionEnd { get; set; }

    /// <summary>Of the topic, for this portion.</summary>
    public int Partitions { get; set; }

    public long Given { get; set; }

    public long Remained { get; set; }

    public bool IsCancelled { get; set; }

    public Replay Shown(string state, DateTimeOffset? endedAt) => new(
        Id, state, Query, Format, End == Begin ? 1 : (double)(Next - Begin) / (End - Begin), Given, Remained, By, StartedAt, endedAt);
}

sealed class OriginProgress
{
    /// <summary>The life of the agent's state folder that is being collected; older ones are done.</summary>
    public string Incarnation { get; set; } = "";

    /// <summary>Its last batch that was collected.</summary>
    public long Sequence { get; set; }

    /// <summary>The digest of that batch's content; empty: it had none, or it is not known.</summary>
    public string Sha256 { get; set; } = "";

    /// <summary>A batch that may be in the topic in part; null: none.</summary>
    public BatchIntent? Intent { get; set; }

    /// <summary>Every window up to this stamp is sealed.</summary>
    public long Sealed { get; set; } = long.MinValue;

    /// <summary>What head lines of files have said, by file; those of files that are heard of no more are forgotten first.</summary>
    public Dictionary<string, string> Heads { get; set; } = [];
}
