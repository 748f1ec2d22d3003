namespace Orrery.Log;

/// <summary>When an append counts as durable.</summary>
public enum FlushPolicy
{
    /// <summary>After one sync for all appends that waited: survives a power cut.</summary>
    EachGroup,

    /// <summary>After the write; synced every <see cref="TopicOptions.FlushInterval"/>: survives the end of the process, loses at most that interval to a power cut.</summary>
    Interval,

    /// <summary>After the write; synced when a segment is sealed or the log closes.</summary>
    OnSeal,
}
