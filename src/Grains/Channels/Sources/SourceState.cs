using Orrery.Interfaces.Ledger;

namespace Orrery.Grains.Channels.Sources;

/// <summary>How far a source was carried, in one write: what it reads next, what it gave, what it has still to report.</summary>
sealed class SourceState
{
    /// <summary>Of its batches in the log: above all that its partitions knew when the source began; 0 before.</summary>
    public int Epoch { get; set; }

    /// <summary>Where the source goes on; empty: at its beginning.</summary>
    public string Checkpoint { get; set; } = "";

    /// <summary>No record is given an older timestamp than this, so that a sealed window stays as it is.</summary>
    public long NewestMilliseconds { get; set; } = long.MinValue;

    /// <summary>Every window up to this stamp is sealed.</summary>
    public long Sealed { get; set; } = long.MinValue;

    /// <summary>Records given since the beginning: the instance's own range in its reports.</summary>
    public long Given { get; set; }

    /// <summary>Below it the ledger has its reports.</summary>
    public long Reported { get; set; }

    /// <summary>A report that is on its way to the ledger, begun at <see cref="Reported"/>. It is sent as it is until it arrived.</summary>
    public HopReport? Report { get; set; }

    /// <summary>What was given since the last report, by window.</summary>
    public Dictionary<long, Receipt> Unreported { get; set; } = [];

    /// <summary>A batch that is on its way to the log; null between batches.</summary>
    public SourceIntent? Intent { get; set; }

    /// <summary>Records put aside as dead letters.</summary>
    public long Rejected { get; set; }

    /// <summary>Counts a partition's part of a batch as given.</summary>
    public void Fold(PartitionIntent part)
    {
        foreach ((long stamp, Receipt receipt) in part.Windows)
        {
            Unreported[stamp] = Unreported.GetValueOrDefault(stamp, Receipt.Empty) + receipt;
            Given += receipt.Records;
        }
    }
}

/// <summary>
/// Written before a batch goes to the log, so that after a crash it is known what each partition was to be given; the partition itself says whether it was
/// (<c>LastOf</c>). Without it a record could be in the log and in no report.
/// </summary>
/// <param name="Sequence">The batch's end: the producer's sequence of each part.</param>
/// <param name="Behind">Where the source goes on behind the batch, as it differs from <see cref="SourceState.Checkpoint"/>.</param>
/// <param name="NewestMilliseconds">See <see cref="SourceState.NewestMilliseconds"/>, behind the batch.</param>
/// <param name="Parts">One for each partition that gets records.</param>
sealed record SourceIntent(long Sequence, CheckpointChange Behind, long NewestMilliseconds, PartitionIntent[] Parts);

/// <param name="Partition">Its number.</param>
/// <param name="Windows">What it is given, by window.</param>
sealed record PartitionIntent(int Partition, Dictionary<long, Receipt> Windows);
