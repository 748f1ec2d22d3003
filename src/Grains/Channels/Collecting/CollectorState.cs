namespace Orrery.Grains.Channels.Collecting;

/// <summary>How far a collector came, in one write.</summary>
sealed class CollectorState
{
    /// <summary>Batches collected: the range of the reports.</summary>
    public long Batches { get; set; }

    /// <summary>The batch that is being collected. After a crash it is collected again before any other, so that the same number means the same batch.</summary>
    public BatchKey? Intent { get; set; }

    /// <summary>By origin.</summary>
    public Dictionary<string, OriginProgress> Origins { get; set; } = [];

    public long Records { get; set; }

    public long Rejected { get; set; }
}

/// <summary>One batch of one life of one agent.</summary>
sealed record BatchKey(string Origin, string Incarnation, long Sequence);

sealed class OriginProgress
{
    /// <summary>The life of the agent's state folder that is being collected; older ones are done.</summary>
    public string Incarnation { get; set; } = "";

    /// <summary>Its last batch that was collected.</summary>
    public long Sequence { get; set; }

    /// <summary>Every window up to this stamp is sealed.</summary>
    public long Sealed { get; set; } = long.MinValue;

    /// <summary>What head lines of files have said, by file; those of files that are heard of no more are forgotten first.</summary>
    public Dictionary<string, string> Heads { get; set; } = [];
}
