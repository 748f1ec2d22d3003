using System.Text.Json;
using Npgsql;
using Orrery.Connectors.ChangeCapture;
using Orrery.Connectors.ChangeCapture.PostgreSql;
using Orrery.Tests.Servers;

namespace Orrery.Connectors.Tests.ChangeCapture.PostgreSql;

/// <summary>A snapshot in small chunks under busy writers, with captures that end anywhere and go on from an older checkpoint: the fold of the changes is the table.</summary>
public sealed class PostgreSqlSnapshotTests
{
    const int Writers = 3, Transactions = 150;

    [Fact]
    public async Task The_fold_of_reads_and_changes_is_the_table_whatever_happens_meanwhile()
    {
        Assert.SkipWhen(PostgreSqlServer.Missing is not null, PostgreSqlServer.Missing ?? "");
        await using PostgreSqlServer server = await PostgreSqlServer.Start("max_wal_senders=10", "max_replication_slots=10");
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync();
        await Execute(connection, """
            CREATE TABLE a (k text COLLATE "C" PRIMARY KEY, n int, big text); ALTER TABLE a ALTER big SET STORAGE EXTERNAL; ALTER TABLE a REPLICA IDENTITY FULL;
            CREATE TABLE b (x int, y int, n int, PRIMARY KEY (x, y)); CREATE TABLE done (id int PRIMARY KEY);
            INSERT INTO a SELECT 'k' || i, i, repeat('x', 3000) FROM generate_series(1, 300) i; INSERT INTO b SELECT i / 10, i % 10, i FROM generate_series(1, 300) i;
            """);
        var options = new PostgreSqlCaptureOptions
        {
            ConnectionString = server.ConnectionString, Slot = "capture", Publication = "captured", Tables = ["public.a", "public.b", "public.done"], ChunkRows = 40, BatchChangesMax = 50,
            IdleInterval = TimeSpan.FromMilliseconds(200), ReconnectPause = TimeSpan.FromMilliseconds(10),
        };
        var fold = new Fold();
        var random = new Random(7);
        string checkpoint = "";
        Fold kept = fold.Copy();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(150));
        Task writing = Task.WhenAll(Enumerable.Range(0, Writers).Select(number => Task.Run(() => WriteAsync(server.ConnectionString, number), patience.Token)));
        Task ended = writing.ContinueWith(_ => Execute(connection, "INSERT INTO done VALUES (1)"), TaskScheduler.Default).Unwrap();
        int captures = 0, reads = 0;
        bool isWhole = false;
        while (!isWhole)
        {
            captures++;
            fold = kept.Copy();
            await using var source = new PostgreSqlSource(options, checkpoint, TimeProvider.System, TestMeters.Capture());
            var batch = new ChangeBatch();
            long last = 0;
            // A capture lives for some batches; what was not kept of it is forgotten, as in a crash. The first four end before the chunks can.
            for (int left = captures > 25 ? int.MaxValue : random.Next(2, captures <= 4 ? 4 : 25); left > 0 && !isWhole; left--)
            {
                await source.ReadAsync(batch, patience.Token);
                if (batch.Count > 0) batch.EndSequence.ShouldBeGreaterThan(last);
                foreach (ChangeEntry entry in batch.Entries)
                {
                    entry.Sequence.ShouldBeGreaterThan(last);
                    entry.Sequence.ShouldBeLessThanOrEqualTo(batch.EndSequence);
                    if (entry.Kind == ChangeKind.Read) reads++;
                }

                last = batch.EndSequence;
                fold.Apply(batch);
                isWhole = fold["public.done"].Count == 1 && JsonDocument.Parse(batch.Checkpoint).RootElement.GetProperty("Table").GetInt32() == 3;
                if (!isWhole && random.Next(3) != 0) continue;
                (checkpoint, kept) = (batch.Checkpoint, fold.Copy());
                if (random.Next(2) == 0) await source.ConfirmAsync(checkpoint, patience.Token);
            }
        }

        await ended;
        captures.ShouldBeGreaterThan(3);
        reads.ShouldBeGreaterThan(100);
        foreach (string table in new[] { "a", "b" })
        {
            Dictionary<string, Dictionary<string, string>> rows = fold["public." + table];
            var expected = new List<string>();
            await using var command = new NpgsqlCommand($"SELECT * FROM {table}", connection);
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
                expected.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(column => reader.GetName(column) + "=" + Fold.Text(reader.IsDBNull(column) ? null : reader.GetValue(column)))));
            rows.Values.Select(row => string.Join('|', row.Select(value => value.Key + "=" + value.Value))).Order(StringComparer.Ordinal).ShouldBe(expected.Order(StringComparer.Ordinal));
        }
    }

    /// <summary>Random transactions: inserts, updates, deletes, changed keys, both tables, some rolled back, one truncate.</summary>
    static async Task WriteAsync(string connectionString, int number)
    {
        var random = new Random(number);
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        for (int transaction = 0; transaction < Transactions; transaction++)
        {
            try
            {
                await Execute(connection, "BEGIN");
                if (number == 0 && transaction == 40) await Execute(connection, "TRUNCATE b");
                for (int change = random.Next(1, 6); change > 0; change--) await Execute(connection, Statement(random));
                await Execute(connection, random.Next(5) == 0 ? "ROLLBACK" : "COMMIT");
            }
            catch (PostgresException error) when (error.SqlState is "40P01" or "23505")
            {
                // A deadlock, or a key that is taken: rolled back, which is one of the things to happen.
                await Execute(connection, "ROLLBACK");
            }
        }
    }

    static string Statement(Random random)
    {
        int one = random.Next(1, 400), other = random.Next(1, 400), value = random.Next(1_000_000);
        return random.Next(8) switch
        {
            0 => $"INSERT INTO a VALUES ('k{one}', {value}, repeat('y', {random.Next(5000)})) ON CONFLICT (k) DO UPDATE SET n = {value}",
            1 => $"UPDATE a SET n = {value} WHERE k = 'k{one}'",
            2 => $"DELETE FROM a WHERE k = 'k{one}'",
            3 => $"UPDATE a SET k = 'k{other}' WHERE k = 'k{one}' AND NOT EXISTS (SELECT 1 FROM a WHERE k = 'k{other}')",
            4 => $"INSERT INTO b VALUES ({one / 10}, {one % 10}, {value}) ON CONFLICT (x, y) DO UPDATE SET n = {value}",
            5 => $"UPDATE b SET n = {value} WHERE x = {one / 10}",
            6 => $"DELETE FROM b WHERE x = {one / 10} AND y = {one % 10}",
            _ => $"UPDATE b SET x = {other / 10}, y = {other % 10} WHERE x = {one / 10} AND y = {one % 10} AND NOT EXISTS (SELECT 1 FROM b WHERE x = {other / 10} AND y = {other % 10})",
        };
    }

    static async Task Execute(NpgsqlConnection connection, string statement)
    {
        await using var command = new NpgsqlCommand(statement, connection);
        await command.ExecuteNonQueryAsync();
    }
}
