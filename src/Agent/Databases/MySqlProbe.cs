namespace Orrery.Agent.Databases;

/// <summary>MySQL 5.7 and later, MariaDB 10.3 and later. Grants: <c>PROCESS</c>; <c>SELECT</c> on performance_schema for slow statements; <c>SELECT</c> on the databases whose sizes are wanted.</summary>
internal sealed class MySqlProbe : IDatabaseProbe
{
    const string Own = "'information_schema','performance_schema','mysql','sys'";

    static readonly string Status = "SHOW GLOBAL STATUS WHERE Variable_name IN ('Threads_connected','Threads_running','Questions','Com_commit','Com_rollback','Slow_queries',"
        + "'Innodb_buffer_pool_read_requests','Innodb_buffer_pool_reads','Innodb_row_lock_current_waits','Innodb_deadlocks')";

    bool mariaDb;
    double? size;

    public void Sample(DatabaseReader reader, DatabaseSample sample)
    {
        var status = new Dictionary<string, double?>(StringComparer.OrdinalIgnoreCase);
        reader.Rows(Status, row => status[DatabaseReader.Text(row, 0)] = DatabaseReader.Number(row.GetValue(1)));
        sample.Sessions = Of("Threads_connected");
        sample.SessionsActive = Of("Threads_running");
        sample.Queries = Of("Questions");
        sample.Transactions = Of("Com_commit") + Of("Com_rollback");
        sample.SlowStatements = Of("Slow_queries");
        sample.LocksWaiting = Of("Innodb_row_lock_current_waits");
        double? requests = Of("Innodb_buffer_pool_read_requests"), reads = Of("Innodb_buffer_pool_reads");
        sample.CacheHits = requests - reads;
        sample.CacheMisses = reads;
        sample.SessionsMax = reader.Number("SELECT @@max_connections");
        sample.Deadlocks = Of("Innodb_deadlocks");
        if (sample.Deadlocks is null && !mariaDb)
            reader.Try("deadlocks", () => sample.Deadlocks = reader.Number("SELECT COUNT FROM information_schema.innodb_metrics WHERE NAME='lock_deadlocks'"));
        sample.SizeBytes = size;

        double? Of(string name) => status.GetValueOrDefault(name);
    }

    public void Report(DatabaseReader reader, DatabaseReportDraft report)
    {
        report.Version = reader.Text("SELECT VERSION()");
        mariaDb = report.Version.Contains("MariaDB", StringComparison.OrdinalIgnoreCase);
        report.Engine = mariaDb ? "mariadb" : "mysql";
        reader.Try("variables", () => reader.Rows("SHOW GLOBAL VARIABLES", row => report.Variable(DatabaseReader.Text(row, 0), DatabaseReader.Text(row, 1))));
        reader.Try("sizes", () =>
        {
            double total = 0;
            reader.Rows($"SELECT table_schema, SUM(data_length + index_length) FROM information_schema.tables WHERE table_schema NOT IN ({Own}) GROUP BY table_schema ORDER BY 2 DESC", row =>
            {
                long bytes = DatabaseReader.Long(row, 1);
                total += bytes;
                report.Size(DatabaseReader.Text(row, 0), bytes);
            });
            size = total;
        });
        reader.Try("slow statements", () => Slow(reader, report));
    }

    static void Slow(DatabaseReader reader, DatabaseReportDraft report)
    {
        if (reader.Number("SELECT @@performance_schema") != 1)
        {
            report.Absent("slow statements", "performance_schema is off: set performance_schema=ON in the server's configuration and restart it");
            return;
        }
        // Timers count picoseconds.
        reader.Rows("SELECT DIGEST_TEXT, COUNT_STAR, SUM_TIMER_WAIT/1e9, AVG_TIMER_WAIT/1e9, MAX_TIMER_WAIT/1e9 FROM performance_schema.events_statements_summary_by_digest "
            + $"WHERE DIGEST_TEXT IS NOT NULL AND COALESCE(SCHEMA_NAME,'') NOT IN ({Own}) ORDER BY SUM_TIMER_WAIT DESC LIMIT 20",
            row => report.Statement(DatabaseReader.Text(row, 0), DatabaseReader.Long(row, 1), DatabaseReader.Double(row, 2), DatabaseReader.Double(row, 3), DatabaseReader.Double(row, 4)));
    }
}
