namespace Orrery.Agent.Databases;

/// <summary>SQL Server 2012 and later. Grants: <c>VIEW SERVER STATE</c>, <c>VIEW ANY DEFINITION</c>. Not verified against a live server; the statements are checked as text.</summary>
internal sealed class SqlServerProbe : IDatabaseProbe
{
    internal const string Sessions = "SELECT COUNT(*), SUM(CASE WHEN status = 'running' THEN 1 ELSE 0 END) FROM sys.dm_exec_sessions WHERE is_user_process = 1 AND session_id <> @@SPID";
    internal const string Locks = "SELECT COUNT(*) FROM sys.dm_os_waiting_tasks WHERE wait_type LIKE 'LCK[_]%'";
    internal const string Counters = "SELECT RTRIM(counter_name), cntr_value FROM sys.dm_os_performance_counters "
        + "WHERE (counter_name IN ('Buffer cache hit ratio', 'Buffer cache hit ratio base', 'Batch Requests/sec')) OR (counter_name IN ('Transactions/sec', 'Number of Deadlocks/sec') AND instance_name = '_Total')";
    internal const string Sizes = "SELECT DB_NAME(database_id), SUM(CAST(size AS bigint)) * 8192 FROM sys.master_files GROUP BY database_id ORDER BY 2 DESC";
    internal const string Variables = "SELECT name, CAST(value_in_use AS nvarchar(256)) FROM sys.configurations ORDER BY name";
    internal const string Slow = "SELECT TOP (20) SUBSTRING(t.text, s.statement_start_offset / 2 + 1, (CASE s.statement_end_offset WHEN -1 THEN DATALENGTH(t.text) ELSE s.statement_end_offset END - s.statement_start_offset) / 2 + 1), "
        + "s.execution_count, s.total_elapsed_time / 1000.0, s.total_elapsed_time / 1000.0 / s.execution_count, s.max_elapsed_time / 1000.0 "
        + "FROM sys.dm_exec_query_stats s CROSS APPLY sys.dm_exec_sql_text(s.sql_handle) t ORDER BY s.total_elapsed_time DESC";

    double? size;

    public void Sample(DatabaseReader reader, DatabaseSample sample)
    {
        reader.Rows(Sessions, row =>
        {
            sample.Sessions = DatabaseReader.Number(row.GetValue(0));
            sample.SessionsActive = DatabaseReader.Number(row.GetValue(1)) ?? 0;
        });
        sample.SessionsMax = reader.Number("SELECT @@MAX_CONNECTIONS");
        reader.Try("locks", () => sample.LocksWaiting = reader.Number(Locks));
        reader.Try("counters", () => Count(reader, sample));
        sample.SizeBytes = size;
    }

    public void Report(DatabaseReader reader, DatabaseReportDraft report)
    {
        report.Engine = "sqlserver";
        report.Version = reader.Text("SELECT @@VERSION").ReplaceLineEndings(" ");
        reader.Try("variables", () => reader.Rows(Variables, row => report.Variable(DatabaseReader.Text(row, 0), DatabaseReader.Text(row, 1))));
        reader.Try("sizes", () =>
        {
            double total = 0;
            reader.Rows(Sizes, row =>
            {
                long bytes = DatabaseReader.Long(row, 1);
                total += bytes;
                report.Size(DatabaseReader.Text(row, 0), bytes);
            });
            size = total;
        });
        reader.Try("slow statements", () => reader.Rows(Slow, row =>
            report.Statement(DatabaseReader.Text(row, 0), DatabaseReader.Long(row, 1), DatabaseReader.Double(row, 2), DatabaseReader.Double(row, 3), DatabaseReader.Double(row, 4))));
    }

    static void Count(DatabaseReader reader, DatabaseSample sample)
    {
        double? ratio = null, ratioBase = null;
        reader.Rows(Counters, row =>
        {
            double? value = DatabaseReader.Number(row.GetValue(1));
            switch (DatabaseReader.Text(row, 0))
            {
                case "Buffer cache hit ratio": ratio = value; break;
                case "Buffer cache hit ratio base": ratioBase = value; break;
                case "Batch Requests/sec": sample.Queries = value; break;
                case "Transactions/sec": sample.Transactions = value; break;
                case "Number of Deadlocks/sec": sample.Deadlocks = value; break;
            }
        });
        // These "per second" counters are totals; the ratio is a fraction of its base.
        sample.CacheHitPercent = ratioBase > 0 ? 100 * ratio / ratioBase : null;
    }
}
