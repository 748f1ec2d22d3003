namespace Orrery.Dataflow.Partitions;

/// <summary>Where the changes of a table come in.</summary>
public enum TableFeed : byte
{
    /// <summary>Anywhere: they are brought together by the primary key, without one by whole rows. A table that only grows and has no key stays as it comes.</summary>
    Anywhere,

    /// <summary>Each primary key always at one partition, whichever it is, as from a source whose partitions are by key.</summary>
    ByKey,

    /// <summary>All at partition 0.</summary>
    First,
}
