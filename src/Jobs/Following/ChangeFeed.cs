using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using NpgsqlTypes;
using Orrery.Connectors.ChangeCapture;
using Orrery.Connectors.ChangeCapture.MySql;
using Orrery.Connectors.ChangeCapture.PostgreSql;
using Orrery.Connectors.Dialects;
using Orrery.Jobs.Plans;
using Orrery.Jobs.Running;
using Orrery.Jobs.Schemas;

namespace Orrery.Jobs.Following;

/// <summary>The changes of a job's leading database, and positions in its log. MySQL and MariaDB say theirs; in PostgreSQL a replication slot of the job's own keeps the log until it is dropped.</summary>
sealed class ChangeFeed : IAsyncDisposable
{
    static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(500);

    readonly DatabaseAddress leader;
    readonly string job;
    readonly long epoch;
    readonly IChangeSource source;

    ChangeFeed(DatabaseAddress leader, string job, long epoch, IChangeSource source) => (this.leader, this.job, this.epoch, this.source) = (leader, job, epoch, source);

    /// <summary>Whether an engine's changes can be followed.</summary>
    public static bool Follows(DatabaseAddress leader) => leader.Dialect.Engines[0] is "mysql" or "postgresql";

    /// <summary>Why a server that could be followed keeps no log to follow; null: it keeps one.</summary>
    public static string? Hindrance(DatabaseAddress leader)
    {
        using IDatabase database = leader.Open();
        return leader.Dialect.Engines[0] switch
        {
            "mysql" when CatalogQuery.Value(database, "SELECT CAST(@@log_bin AS CHAR)") is "0" => "it keeps no binary log. Start it with --log-bin and binlog_format=ROW",
            "postgresql" when CatalogQuery.Value(database, "SHOW wal_level") is { } level and not "logical" => $"its wal_level is '{level}'. Set it to logical and restart the server",
            _ => null,
        };
    }

    /// <param name="checkpoint">Empty: from now on.</param>
    public static ChangeFeed Make(DatabaseAddress leader, string job, long epoch, IReadOnlyList<FollowedTable> tables, string checkpoint, TimeSpan awayMax, TimeProvider time)
    {
        string slot = SlotOf(job, epoch);
        string[] names = [.. tables.Select(table => table.Name)];
        var instruments = new CaptureInstruments(new OwnMeters());
        IChangeSource source = leader.Dialect.Engines[0] switch
        {
            "mysql" => new MySqlCapture(
                new MySqlCaptureOptions { Endpoint = MySqlEndpoint.Parse(leader.ConnectionString), Tables = names, Start = MySqlCaptureStart.Now, Name = slot, RereadsChangedTables = false, ReconnectWithin = awayMax },
                checkpoint, time, NullLogger<MySqlCapture>.Instance, instruments),
            "postgresql" => new PostgreSqlSource(
                new PostgreSqlCaptureOptions { ConnectionString = leader.ConnectionString, Slot = slot, Publication = slot, Tables = names, TakesSnapshot = false, ReconnectPatience = awayMax, IdleInterval = Idle },
                checkpoint, time, instruments),
            _ => throw new FollowException($"Changes of {leader} cannot be followed: MySQL, MariaDB and PostgreSQL can."),
        };
        return new ChangeFeed(leader, job, epoch, source);
    }

    /// <summary>Connects, and answers the checkpoint of where reading begins. A slot that an attempt before left is made anew.</summary>
    public async Task<string> BeginAsync(CancellationToken cancellationToken)
    {
        if (source is MySqlCapture mysql) return await mysql.BeginAsync(cancellationToken);
        Drop(leader, job, epoch);
        return await ((PostgreSqlSource)source).BeginAsync(cancellationToken);
    }

    public ValueTask ReadAsync(ChangeBatch batch, CancellationToken cancellationToken) => source.ReadAsync(batch, cancellationToken);

    public ValueTask ConfirmAsync(string checkpoint, CancellationToken cancellationToken) => source.ConfirmAsync(checkpoint, cancellationToken);

    public ValueTask DisposeAsync() => source.DisposeAsync();

    /// <summary>A position such that all that was committed before now stands before it.</summary>
    public string PositionNow(IDatabase database)
    {
        if (source is MySqlCapture)
        {
            (string file, long offset) = BinlogEnd(database);
            return new BinlogPosition(file, offset).Sequence.ToString(CultureInfo.InvariantCulture);
        }

        // Its own commit comes behind it and passes through the stream, which so says soon that it is past the position.
        database.Execute("SET default_transaction_read_only = off");
        return CatalogQuery.Value(database, "SELECT pg_logical_emit_message(true, 'orrery', '')::text")!;
    }

    /// <summary>Whether all before a position has been read, by what a capture says at its batch's end.</summary>
    public bool IsReached(string position, string checkpoint, long sequence)
    {
        using JsonDocument document = JsonDocument.Parse(checkpoint);
        // A log that does not move says nothing: then it is where its checkpoint is.
        if (source is MySqlCapture) return Math.Max(sequence, document.RootElement.GetProperty("end").GetInt64()) >= long.Parse(position, CultureInfo.InvariantCulture);
        return NpgsqlLogSequenceNumber.Parse(document.RootElement.GetProperty("Lsn").GetString()!) > NpgsqlLogSequenceNumber.Parse(position);
    }

    /// <summary>Waits until whoever reads tables now sees all that was committed before the feed began: a commit is in the log a moment before it is seen.</summary>
    public void WaitUntilSeen(IDatabase database, DateTimeOffset deadline, TimeProvider time, CancellationToken cancellationToken)
    {
        TimeSpan pause = TimeSpan.FromMilliseconds(50);
        if (source is MySqlCapture)
        {
            // No engine says more of both MySQL and MariaDB; a commit is seen within moments of its place in the log.
            Task.Delay(TimeSpan.FromMilliseconds(500), time, cancellationToken).GetAwaiter().GetResult();
            return;
        }

        string until = CatalogQuery.Value(database, "SELECT pg_snapshot_xmax(pg_current_snapshot())::text")!;
        while (CatalogQuery.Value(database, $"SELECT (pg_snapshot_xmin(pg_current_snapshot()) >= '{until}'::xid8)::text") != "true")
        {
            if (time.GetUtcNow() > deadline) throw new GivenUpException($"Transactions that were running at {leader} when following began have not ended until {deadline:u}; see pg_stat_activity for the oldest. The same command goes on.");
            Task.Delay(pause, time, cancellationToken).GetAwaiter().GetResult();
        }
    }

    /// <summary>Lets a server forget the log that it keeps for a feed. Where there is nothing to let go of, nothing happens.</summary>
    public static void Drop(DatabaseAddress leader, string job, long epoch)
    {
        if (leader.Dialect.Engines[0] != "postgresql") return;
        string slot = SlotOf(job, epoch);
        using IDatabase database = leader.Open();
        database.Execute("SET default_transaction_read_only = off");
        CatalogQuery.Rows(database, $"SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = '{slot}' AND active_pid IS NOT NULL");
        for (int attempt = 0; attempt < DropAttemptsMax; attempt++)
        {
            try
            {
                CatalogQuery.Rows(database, $"SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = '{slot}'");
                break;
            }
            catch (PostgresException busy) when (busy.SqlState == "55006" && attempt < DropAttemptsMax - 1)
            {
                // The process that held it ends in its own time.
                Task.Delay(TimeSpan.FromMilliseconds(100)).GetAwaiter().GetResult();
            }
        }

        database.Execute($"DROP PUBLICATION IF EXISTS {database.Dialect.Quote(slot)}");
    }

    const int DropAttemptsMax = 100;

    static string SlotOf(string job, long epoch) => string.Create(CultureInfo.InvariantCulture, $"orrery_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(job)).AsSpan(0, 6))}_{epoch}");

    static (string File, long Offset) BinlogEnd(IDatabase database)
    {
        IReadOnlyList<string?[]> rows;
        try
        {
            rows = CatalogQuery.Rows(database, "SHOW MASTER STATUS");
        }
        catch (MySql.Data.MySqlClient.MySqlException error) when (error.Number == 1064)
        {
            rows = CatalogQuery.Rows(database, "SHOW BINARY LOG STATUS"); // MySQL since 8.4
        }

        return rows is [[{ } file, { } offset, ..], ..] ? (file, long.Parse(offset, CultureInfo.InvariantCulture)) : throw new FollowException("The server says no position of its log: its binary log is off. Set log_bin and binlog_format=ROW and restart it.");
    }
}
