using System.Data.Common;
using System.Globalization;
using Orrery.Connectors.Dialects;
using Orrery.Jobs.Plans;

namespace Orrery.Jobs.Running;

/// <summary>How far replicas of a source are behind, asked of each over a connection of its own. For one thread at a time.</summary>
sealed class ReplicaLag(IReadOnlyList<DatabaseAddress> replicas) : IDisposable
{
    readonly IDatabase?[] open = new IDatabase?[replicas.Count];

    /// <summary>The one that is furthest behind.</summary>
    /// <returns>Which and how far; no time: it does not follow, or cannot be reached.</returns>
    public (DatabaseAddress Replica, TimeSpan? Behind)? Furthest()
    {
        (DatabaseAddress, TimeSpan?)? furthest = null;
        for (int index = 0; index < replicas.Count; index++)
        {
            TimeSpan? behind = Ask(index);
            if (behind is null) return (replicas[index], null);
            if (furthest is null || behind > furthest.Value.Item2) furthest = (replicas[index], behind);
        }

        return furthest;
    }

    public void Dispose()
    {
        foreach (IDatabase? each in open) each?.Dispose();
    }

    TimeSpan? Ask(int index)
    {
        try
        {
            IDatabase replica = open[index] ??= replicas[index].Open();
            return replica.Dialect.Engines[0] == "mysql" ? OfMySql(replica) : OfPostgreSql(replica);
        }
        catch (Exception error) when (Outage.IsPassing(error))
        {
            open[index]?.Dispose();
            open[index] = null;
            return null;
        }
    }

    /// <summary>MariaDB and MySQL each say it in a row with some sixty columns; of several sources the slowest counts.</summary>
    static TimeSpan? OfMySql(IDatabase replica)
    {
        using DbCommand command = replica.Command(replica.Connection.ServerVersion.Contains("MariaDB", StringComparison.OrdinalIgnoreCase) ? "SHOW ALL SLAVES STATUS" : "SHOW REPLICA STATUS");
        using DbDataReader reader = command.ExecuteReader();
        long? most = null;
        while (reader.Read())
        {
            int column = Enumerable.Range(0, reader.FieldCount).First(each => reader.GetName(each) is "Seconds_Behind_Master" or "Seconds_Behind_Source");
            if (reader.IsDBNull(column)) return null;
            most = Math.Max(most ?? 0, Convert.ToInt64(reader.GetValue(column), CultureInfo.InvariantCulture));
        }

        return most is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
    }

    /// <summary>A standby that has replayed all that it received is not behind, however long ago the last change was.</summary>
    static TimeSpan? OfPostgreSql(IDatabase replica)
    {
        using DbCommand command = replica.Command("SELECT CASE WHEN NOT pg_is_in_recovery() OR NOT EXISTS (SELECT 1 FROM pg_stat_wal_receiver) THEN NULL WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0 ELSE extract(epoch FROM now() - pg_last_xact_replay_timestamp())::float8 END");
        object? seconds = command.ExecuteScalar();
        return seconds is null or DBNull ? null : TimeSpan.FromSeconds(Math.Max(0, Convert.ToDouble(seconds, CultureInfo.InvariantCulture)));
    }
}
