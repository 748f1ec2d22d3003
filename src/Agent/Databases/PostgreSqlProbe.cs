using System.Data.Common;

namespace Orrery.Agent.Databases;

/// <summary>PostgreSQL 10 and later. Grant: the role <c>pg_monitor</c>.</summary>
internal sealed class PostgreSqlProbe : IDatabaseProbe
{
    const string Sessions = "SELECT count(*), count(*) FILTER (WHERE state = 'active'), count(*) FILTER (WHERE wait_event_type = 'Lock') "
        + "FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()";

    const string Counters = "SELECT sum(xact_commit + xact_rollback), sum(blks_hit), sum(blks_read), sum(deadlocks) FROM pg_stat_database";

    bool statements;
    bool newColumns;
    double? size;

    public void Sample(DatabaseReader reader, DatabaseSample sample)
    {
        reader.Rows(Sessions, row =>
        {
            sample.Sessions = DatabaseReader.Number(row.GetValue(0));
            sample.SessionsActive = DatabaseReader.Number(row.GetValue(1));
            sample.LocksWaiting = DatabaseReader.Number(row.GetValue(2));
        });
        reader.Rows(Counters, row =>
        {
            sample.Transactions = DatabaseReader.Number(row.GetValue(0));
            sample.CacheHits = DatabaseReader.Number(row.GetValue(1));
            sample.CacheMisses = DatabaseReader.Number(row.GetValue(2));
            sample.Deadlocks = DatabaseReader.Number(row.GetValue(3));
        });
        sample.SessionsMax = reader.Number("SELECT setting FROM pg_settings WHERE name = 'max_connections'");
        sample.SizeBytes = size;
        // Only this extension counts statements.
        if (statements)
            reader.Try("statements", () => sample.Queries = reader.Number("SELECT sum(calls) FROM pg_stat_statements"));
    }

    public void Report(DatabaseReader reader, DatabaseReportDraft report)
    {
        report.Engine = "postgresql";
        report.Version = reader.Text("SELECT version()");
        reader.Try("variables", () => reader.Rows("SELECT name, setting || COALESCE(' ' || unit, '') FROM pg_settings ORDER BY name",
            row => report.Variable(DatabaseReader.Text(row, 0), DatabaseReader.Text(row, 1))));
        reader.Try("sizes", () =>
        {
            double total = 0;
            reader.Rows("SELECT datname, pg_database_size(oid) FROM pg_database WHERE datallowconn AND has_database_privilege(oid, 'CONNECT') ORDER BY 2 DESC", row =>
            {
                long bytes = DatabaseReader.Long(row, 1);
                total += bytes;
                report.Size(DatabaseReader.Text(row, 0), bytes);
            });
            size = total;
        });
        reader.Try("slow statements", () => Slow(reader, report));
    }

    void Slow(DatabaseReader reader, DatabaseReportDraft report)
    {
        string version = reader.Text("SELECT extversion FROM pg_extension WHERE extname = 'pg_stat_statements'");
        if (version.Length == 0)
        {
            statements = false;
            report.Absent("slow statements", "pg_stat_statements is not installed in this database: add it to shared_preload_libraries, restart, and run CREATE EXTENSION pg_stat_statements");
            return;
        }
        // 1.8 (PostgreSQL 13) renamed the columns when it began to time planning too.
        newColumns = Version.TryParse(version, out Version? parsed) && parsed >= new Version(1, 8);
        string suffix = newColumns ? "_exec_time" : "_time";
        reader.Rows($"SELECT query, calls, total{suffix}, mean{suffix}, max{suffix} FROM pg_stat_statements ORDER BY total{suffix} DESC LIMIT 20", Add);
        statements = true;

        void Add(DbDataReader row) => report.Statement(DatabaseReader.Text(row, 0), DatabaseReader.Long(row, 1), DatabaseReader.Double(row, 2), DatabaseReader.Double(row, 3), DatabaseReader.Double(row, 4));
    }
}
