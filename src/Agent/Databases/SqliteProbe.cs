namespace Orrery.Agent.Databases;

/// <summary>An SQLite file: whether it can be read, its size and settings. It has no sessions, locks or statistics to ask for.</summary>
internal sealed class SqliteProbe : IDatabaseProbe
{
    static readonly string[] Pragmas =
        ["journal_mode", "synchronous", "page_size", "page_count", "freelist_count", "cache_size", "auto_vacuum", "encoding", "user_version", "application_id", "wal_autocheckpoint", "foreign_keys", "locking_mode"];

    public void Sample(DatabaseReader reader, DatabaseSample sample) => sample.SizeBytes = Size(reader);

    public void Report(DatabaseReader reader, DatabaseReportDraft report)
    {
        report.Engine = "sqlite";
        report.Version = reader.Text("SELECT sqlite_version()");
        foreach (string pragma in Pragmas)
            reader.Try(pragma, () => report.Variable(pragma, reader.Text("PRAGMA " + pragma)));
        report.Size("main", (long)(Size(reader) ?? 0));
        report.Absent("slow statements", "SQLite keeps no statistics of statements");
    }

    static double? Size(DatabaseReader reader) => reader.Number("PRAGMA page_count") * reader.Number("PRAGMA page_size");
}
