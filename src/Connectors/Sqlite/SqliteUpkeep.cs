using SQLitePCL;

namespace Orrery.Connectors.Sqlite;

/// <summary>
/// Keeps the write-ahead log short and gives free pages back, in bounded steps on the writer's thread after callers were answered. A
/// passive checkpoint copies what no reader still needs; once all is copied the next group starts the log from its beginning.
/// </summary>
sealed class SqliteUpkeep(SqliteOptions options)
{
    long writtenBytes;

    public void AfterGroup(SqliteSession session)
    {
        writtenBytes += (long)session.TakeWrittenPages() * options.PageBytes;
        if (writtenBytes < options.CheckpointBytes) return;
        writtenBytes = 0;
        var (logPages, copiedPages) = session.Checkpoint(raw.SQLITE_CHECKPOINT_PASSIVE);
        if (logPages != copiedPages && (long)logPages * options.PageBytes > options.LogBytesLimit)
        {
            session.Checkpoint(raw.SQLITE_CHECKPOINT_RESTART);
        }

        Shrink(session);
    }

    /// <summary>Checkpoints after the next group, whatever was written: on a full disk that makes the log's own room usable again.</summary>
    public void Hasten() => writtenBytes = options.CheckpointBytes;

    public void Close(SqliteSession session) => session.Checkpoint(raw.SQLITE_CHECKPOINT_TRUNCATE);

    void Shrink(SqliteSession session)
    {
        var free = session.QueryLong("PRAGMA freelist_count");
        if (free <= session.QueryLong("PRAGMA page_count") * options.FreeShareMax) return;
        session.Execute($"PRAGMA incremental_vacuum({Math.Min(free, options.ShrinkPagesLimit)})");
    }
}
