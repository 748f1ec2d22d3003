using Orrery.Client;

namespace Orrery.Agent.Simulation;

/// <summary>The ERP database of a simulated server.</summary>
internal sealed class SimulatedDatabase
{
    const string Name = "erp";
    readonly SiteCharacter site;
    readonly MetricSeries up, sessions, active, sessionsMax, locks, hits, size, queries, transactions, slow, deadlocks;

    public SimulatedDatabase(OrreryClient client, SiteCharacter site)
    {
        this.site = site;
        var labels = new Dictionary<string, string> { ["database"] = Name, ["engine"] = site.Engine };
        up = client.Series("db_up", labels);
        sessions = client.Series("db_sessions", labels);
        active = client.Series("db_sessions_active", labels);
        sessionsMax = client.Series("db_sessions_max", labels);
        locks = client.Series("db_locks_waiting", labels);
        hits = client.Series("db_cache_hit_percent", labels);
        size = client.Series("db_size_bytes", labels);
        queries = client.Series("db_queries_per_second", labels);
        transactions = client.Series("db_transactions_per_second", labels);
        slow = client.Series("db_slow_statements_total", labels);
        deadlocks = client.Series("db_deadlocks_total", labels);
    }

    public void Set(long now, double activity)
    {
        double waits = Waits(now, activity);
        up.Set(1, now);
        sessions.Set(Math.Round(18 + 130 * activity), now);
        active.Set(Math.Round(1 + 22 * activity + waits), now);
        sessionsMax.Set(400, now);
        locks.Set(Math.Round(waits), now);
        hits.Set(Math.Clamp(99.6 - 1.4 * activity + 0.3 * Noise.Rough(site.Seed + 70, now) - waits / 8, 60, 100), now);
        size.Set(Math.Round(site.DataDiskBytes * 0.31 + now % 31_536_000_000 * 4.0), now);
        double rate = Math.Max(1, 14 + 1_900 * activity * (1 + 0.25 * Noise.Rough(site.Seed + 73, now)) - 20 * waits);
        queries.Set(rate, now);
        transactions.Set(rate / 7.5, now);
        // Counters since some start: they only grow, and need no memory to do so.
        slow.Set(Math.Floor(Grown(now, 90_000)), now);
        deadlocks.Set(Math.Floor(Grown(now, site.Trouble == Trouble.Locks ? 240_000 : 5_400_000)), now);
    }

    public DatabaseReport Report(long now)
    {
        var (version, variables) = site.Engine switch
        {
            "mysql" => ("8.0.36", new Dictionary<string, string> { ["innodb_buffer_pool_size"] = (site.MemoryBytes / 4).ToString(), ["max_connections"] = "400", ["innodb_flush_log_at_trx_commit"] = "1", ["slow_query_log"] = "ON", ["character_set_server"] = "utf8mb4" }),
            "postgresql" => ("PostgreSQL 15.6", new Dictionary<string, string> { ["shared_buffers"] = (site.MemoryBytes / 4 / 8192).ToString(), ["max_connections"] = "400", ["wal_level"] = "replica", ["work_mem"] = "16384" }),
            _ => ("Microsoft SQL Server 2019 (RTM-CU25) 15.0.4355.3", new Dictionary<string, string> { ["max server memory (MB)"] = (site.MemoryBytes / 4 >> 20).ToString(), ["max degree of parallelism"] = "4", ["cost threshold for parallelism"] = "50" }),
        };
        long calls = (long)Grown(now, 40) % 10_000_000;
        return new DatabaseReport(Name, site.Engine, version, DateTimeOffset.FromUnixTimeMilliseconds(now), variables,
            new Dictionary<string, long>
            {
                ["t_sal_orderentry"] = site.DataDiskBytes / 11, ["t_gl_voucherentry"] = site.DataDiskBytes / 14, ["t_stk_inventory"] = site.DataDiskBytes / 60, ["t_bd_material"] = site.DataDiskBytes / 210,
            },
            [
                new SlowStatement("SELECT SUM(fqty) FROM t_stk_inventory WHERE fstockid = ? AND fmaterialid IN (...)", calls, calls * 84.2, 84.2, 9_210),
                new SlowStatement("UPDATE t_sal_orderentry SET fexecutedqty = ? WHERE fentryid = ?", calls * 3, calls * 3 * 6.1, 6.1, 4_030),
                new SlowStatement("SELECT ... FROM t_gl_voucherentry e JOIN t_gl_voucher v ON v.fid = e.fid WHERE v.fyear = ? AND v.fperiod = ?", calls / 9, calls / 9 * 911.0, 911, 32_700),
            ], null);
    }

    double Waits(long now, double activity) =>
        site.Trouble == Trouble.Locks && activity > 0.15 ? Math.Max(0, 14 * Noise.Smooth(site.Seed + 76, now, 300_000)) : 0;

    /// <summary>How often something happened that happens every so many milliseconds, a little unevenly.</summary>
    double Grown(long now, long every) => (now - 1_700_000_000_000) / (double)every + 0.4 * Noise.Smooth(site.Seed + 77, now, every * 20);
}
