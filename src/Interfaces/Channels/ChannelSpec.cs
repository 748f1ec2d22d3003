namespace Orrery.Interfaces.Channels;

/// <summary>What a channel is to be.</summary>
public sealed record ChannelSpec
{
    /// <summary>For people, at most 500 characters.</summary>
    public string? Description { get; init; }

    /// <summary>Where its records come from; null: others append to its topic.</summary>
    public SourceSpec? Source { get; init; }

    /// <summary>Partitions of its topic, 1 to 256. It may grow and never shrink. Default 8.</summary>
    public int Partitions { get; init; } = 8;

    /// <summary>How many days the topic keeps what nobody holds any more, 1 to 3,650. Default 7.</summary>
    public int RetainDays { get; init; } = 7;

    /// <summary>Where its records are kept as files; null: nowhere.</summary>
    public LandingSpec? Landing { get; init; }
}

/// <summary>Where a channel's records come from.</summary>
public sealed record SourceSpec
{
    /// <summary><c>mysql</c> (also MariaDB), <c>postgresql</c>, <c>sqlserver</c>: a database's changes; <c>objects</c>: what agents shipped into an object store; <c>agents</c>: what they send straight to the API; <c>landed</c>: files that a channel landed, to fill a topic again.</summary>
    public string Kind { get; init; } = "";

    /// <summary>Databases: the driver's connection text. Agents: none. Objects and landed: <c>file:///folder</c>, <c>s3://bucket/prefix?endpoint=..&amp;key=..&amp;secret=..</c>. A secret: it is stored sealed and never shown.</summary>
    public string? Connection { get; init; }

    /// <summary>Databases: which tables, as <c>database.table</c>, each part a name or <c>*</c>, at most 1,000. Landed: the topic whose files are read. Objects and agents: not used.</summary>
    public string[] Tables { get; init; } = [];

    /// <summary>Databases: whether the rows that are there are read first. Default true.</summary>
    public bool Snapshot { get; init; } = true;

    /// <summary>Databases: <c>compact</c>, Orrery's own form (the default), or <c>canal</c>, flat messages for those who read the topic as canal's. Objects and agents: the log format, or <c>auto</c>.</summary>
    public string Format { get; init; } = "";
}

/// <summary>Where and how a channel's records are kept as files.</summary>
public sealed record LandingSpec
{
    /// <summary><c>file:///folder</c> below the allowed roots, <c>s3://bucket/prefix?endpoint=..&amp;region=..&amp;key=..&amp;secret=..</c>, <c>webhdfs://host:port/path?user=..</c>; empty: the installation's own lake folder. A secret.</summary>
    public string? Store { get; init; }

    /// <summary><c>jsonl</c> (gzip, the default) or <c>csv</c> (gzip).</summary>
    public string Format { get; init; } = "jsonl";

    /// <summary>Compact changes: whether readable columns stand beside the exact bytes. Larger files. Default true.</summary>
    public bool Columns { get; init; } = true;

    /// <summary>A file is finished after so many seconds, 1 to 86,400. Default 60.</summary>
    public int RollSeconds { get; init; } = 60;

    /// <summary>A file is finished after so many records, 1 to 10,000,000. Default 500,000.</summary>
    public int RollRecords { get; init; } = 500_000;
}
