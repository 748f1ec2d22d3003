using Orrery.Agent.Collection;
using Orrery.Client;

namespace Orrery.Agent.Databases;

/// <summary>The <c>db_*</c> metrics of one database.</summary>
internal sealed class DatabaseSeries(OrreryClient client, string database, string engine)
{
    readonly Dictionary<string, string> labels = new() { ["database"] = database, ["engine"] = engine };
    Rate queries, transactions;
    double? hits, misses;

    public void Up(bool up, long now) => Put("db_up", up ? 1 : 0, now);

    public void Set(DatabaseSample sample, long now)
    {
        Up(true, now);
        Put("db_sessions", sample.Sessions, now);
        Put("db_sessions_active", sample.SessionsActive, now);
        Put("db_sessions_max", sample.SessionsMax, now);
        Put("db_locks_waiting", sample.LocksWaiting, now);
        Put("db_size_bytes", sample.SizeBytes, now);
        Put("db_slow_statements_total", sample.SlowStatements, now);
        Put("db_deadlocks_total", sample.Deadlocks, now);
        Put("db_cache_hit_percent", sample.CacheHitPercent ?? HitPercent(sample), now);
        if (sample.Queries is { } queryCount)
            Put("db_queries_per_second", queries.Next(queryCount, now), now);
        if (sample.Transactions is { } transactionCount)
            Put("db_transactions_per_second", transactions.Next(transactionCount, now), now);
    }

    /// <summary>Since the previous sample; of the server's life when nothing was read since.</summary>
    double? HitPercent(DatabaseSample sample)
    {
        if (sample.CacheHits is not { } hit || sample.CacheMisses is not { } miss)
            return null;
        double newHits = hit - (hits ?? 0), newMisses = miss - (misses ?? 0);
        if (newHits < 0 || newMisses < 0 || newHits + newMisses == 0)
            (newHits, newMisses) = (hit, miss);
        hits = hit;
        misses = miss;
        return newHits + newMisses > 0 ? 100 * newHits / (newHits + newMisses) : null;
    }

    void Put(string metric, double? value, long now)
    {
        if (value is { } number && double.IsFinite(number))
            client.Series(metric, labels).Set(number, now);
    }
}
