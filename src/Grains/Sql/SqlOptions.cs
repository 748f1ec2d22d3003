namespace Orrery.Grains.Sql;

/// <summary>Bounds of SQL and of the views that it keeps, for each tenant. Section <c>Orrery:Sql</c>.</summary>
public sealed class SqlOptions
{
    /// <summary>Partitions in which each tenant's views run, on as many silos where there are; 1 to 64. It can not be changed for a tenant that has views. Default 1.</summary>
    public int Partitions { get; set; } = 1;

    /// <summary>Bytes of the text of one request or definition. Default 1 MiB.</summary>
    public int TextBytesMax { get; set; } = 1 << 20;

    /// <summary>Tables, views, functions and inserts into sinks of a tenant. Default 2,000.</summary>
    public int RelationsMax { get; set; } = 2_000;

    /// <summary>Bytes of all definitions of a tenant. Default 8 MiB.</summary>
    public int DefinitionBytesMax { get; set; } = 8 << 20;

    /// <summary>Rows of a query's answer. Default 10,000.</summary>
    public int RowsMax { get; set; } = 10_000;

    /// <summary>How long a query may take. Default 10 s.</summary>
    public TimeSpan QueryTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Memory that one query may take. Default 256 MiB.</summary>
    public long QueryBytesMax { get; set; } = 256L << 20;

    /// <summary>Rows of one INSERT of values, or of one call that adds rows. Default 100,000.</summary>
    public int InsertRowsMax { get; set; } = 100_000;

    /// <summary>Bytes of rows that one call adds. Default 16 MiB.</summary>
    public int InsertBytesMax { get; set; } = 16 << 20;

    /// <summary>Bytes that are read of one partition of a source at once, and so take part in one epoch. Default 512 KiB.</summary>
    public int ReadBytes { get; set; } = 512 << 10;

    /// <summary>Bytes of all sources that take part in one epoch. Default 4 MiB.</summary>
    public int EpochBytesMax { get; set; } = 4 << 20;

    /// <summary>Events that a generator gives in one epoch. Default 10,000.</summary>
    public int GeneratedPerEpoch { get; set; } = 10_000;

    /// <summary>Records of a table that is rewound which are read again in one epoch, so that views and sinks are told only what differs; the rest follows epoch by epoch. Default 2,000,000.</summary>
    public int RewindRecordsMax { get; set; } = 2_000_000;

    /// <summary>Bytes of state of all views of a tenant in the process's memory; beyond it state goes to files in <see cref="SpillFolder"/>. Default 1 GiB.</summary>
    public long ResidentBytesMax { get; set; } = 1L << 30;

    /// <summary>Bytes of state that one view may keep; beyond it the view is paused and named. Default 8 GiB.</summary>
    public long ViewBytesMax { get; set; } = 8L << 30;

    /// <summary>
    /// Rows of the tables and views that new views read, up to which these are filled while the others wait a moment. Above it a second copy of the tenant's state is restored from the newest checkpoint, the views are
    /// filled there, and it takes the place of the first when it has caught up: the others go on meanwhile, and the state is there twice. Default 50,000.
    /// </summary>
    public long FillRowsMax { get; set; } = 50_000;

    /// <summary>Where state beyond memory lies. The host sets it.</summary>
    public string SpillFolder { get; set; } = "";

    /// <summary>Where checkpoints of views lie, a folder that every silo of the cluster sees; empty: none are written, and after a restart all is made again from the beginning. The host sets it.</summary>
    public string CheckpointFolder { get; set; } = "";

    /// <summary>How long views go on from one checkpoint to the next. Default 30 s.</summary>
    public TimeSpan CheckpointPeriod { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Bytes of input after which a checkpoint is written before its time. Default 256 MiB.</summary>
    public long CheckpointBytes { get; set; } = 256L << 20;

    /// <summary>Bytes of changed state that are copied while views stand still, to be written while they go on; what is beyond is written while they stand still. Default 256 MiB.</summary>
    public long CheckpointHeldBytes { get; set; } = 256L << 20;

    /// <summary>Checkpoints that stay readable, so that a damaged one does no harm. At least, and by default, 2.</summary>
    public int CheckpointsKept { get; set; } = 2;

    /// <summary>Bytes of changes that wait for sinks and are kept in a checkpoint; while more wait, none is written. Default 256 MiB.</summary>
    public long CheckpointBacklogBytesMax { get; set; } = 256L << 20;

    /// <summary>How old entries of the journal and rows in the topics of tables of one's own are at least when they are deleted, once no checkpoint needs them. Default 1 h.</summary>
    public TimeSpan TrimmedAge { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Rows that wait for one sink in memory; those behind them wait in files in <see cref="SpillFolder"/>, or, for want of it, the views wait for the sink. Default 100,000.</summary>
    public int SinkRowsMax { get; set; } = 100_000;

    /// <summary>Bytes of rows that wait for one sink in files before the views wait for it. Default 16 GiB.</summary>
    public long SinkFileBytesMax { get; set; } = 16L << 30;

    /// <summary>How long epochs that come fast gather for a database or Redis from one transaction to the next; what comes after a pause is written at once. Default 250 ms.</summary>
    public TimeSpan SinkGather { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Queries of a tenant that are followed at once; each tile of a board that somebody looks at is one. Default 500.</summary>
    public int SubscriptionsMax { get; set; } = 500;

    /// <summary>Changes that are kept for one subscription; whoever is further behind gets a new snapshot. Default 20,000.</summary>
    public int SubscriptionChangesMax { get; set; } = 20_000;

    /// <summary>After how long without being asked a subscription ends. Default 60 s.</summary>
    public TimeSpan SubscriptionIdle { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Statements remembered with who ran them and when. Default 1,000.</summary>
    public int AuditMax { get; set; } = 1_000;

    /// <summary>Days for which records that could not be read are kept. Default 14.</summary>
    public int DeadLetterDays { get; set; } = 14;

    /// <summary>How often a tenant's views are looked after. Default 5 s.</summary>
    public TimeSpan WakePeriod { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How often alarm rules are applied to a tenant's pipelines. Default 10 s.</summary>
    public TimeSpan WatchPeriod { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Pause before work that failed is tried again; it doubles up to <see cref="RetryPauseMax"/>. Default 1 s.</summary>
    public TimeSpan RetryPause { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Default 30 s.</summary>
    public TimeSpan RetryPauseMax { get; set; } = TimeSpan.FromSeconds(30);
}
