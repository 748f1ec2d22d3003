namespace Orrery.Grains.Health.Intake;

sealed class IntakeState
{
    /// <summary>Counts the activations: each takes the log's partition over from the one before.</summary>
    public long Term { get; set; }

    /// <summary>Every record below this offset is stored by its server: a restart hands on again from here.</summary>
    public long Committed { get; set; }

    /// <summary>The offset after the last record handed on, as of the last commit. A log that ends before it has lost records.</summary>
    public long Delivered { get; set; }

    /// <summary>Rises when the log was found to have lost records, so that offsets given anew are not taken for old ones.</summary>
    public long Generation { get; set; }
}

/// <summary>What servers see of offsets: they rise also when the log was lost and begins again.</summary>
static class SamplePosition
{
    const int OffsetBits = 44;

    public static long Of(long generation, long offset) => (generation << OffsetBits) | offset;

    /// <summary>The offset, or -1 where the position is of an earlier generation.</summary>
    public static long OffsetIn(long generation, long position) => position >> OffsetBits == generation ? position & ((1L << OffsetBits) - 1) : -1;
}
