using MySql.Data.MySqlClient;
using Orrery.Retail.Canal;
using Orrery.Retail.Changes;
using Orrery.Retail.MySql;
using Orrery.Retail.Schema;
using Orrery.Tests.Servers;

namespace Orrery.Retail.Tests.MySql;

public sealed class MySqlTargetTests
{
    [Fact]
    public async Task MariaDB_holds_in_the_end_what_the_model_says()
    {
        if (MariaDbServer.Missing is { } missing)
            Assert.Skip(missing);
        await using var server = await MariaDbServer.Start(performanceSchema: false);
        var state = new RetailState();
        await using (MySqlTarget target = await MySqlTarget.OpenAsync(server.ConnectionString, startsAnew: true, TestContext.Current.CancellationToken))
        {
            foreach (RetailTransaction transaction in History.Of(8, 2_500))
            {
                state.Apply(transaction);
                await target.ApplyAsync(transaction, TestContext.Current.CancellationToken);
            }
        }

        await HoldsAsync(server, state);
    }

    [Fact]
    public async Task MariaDB_killed_again_and_again_while_it_is_played_in_has_each_transaction_once()
    {
        const int Transactions = 1_500, AtOnce = 40, Kills = 3;
        if (MariaDbServer.Missing is { } missing)
            Assert.Skip(missing);
        // A kill is no power cut: what is written to the system's files is there.
        await using var server = await MariaDbServer.Start(performanceSchema: false, "--innodb-flush-log-at-trx-commit=2");
        var state = new RetailState();
        await using SteadyMySqlTarget target = await SteadyMySqlTarget.OpenAsync(server.ConnectionString, TimeProvider.System, TimeSpan.FromMilliseconds(50), TestContext.Current.CancellationToken);
        int given = 0, kills = 0;
        foreach (RetailTransaction[] some in History.Of(9, Transactions).Chunk(AtOnce))
        {
            foreach (RetailTransaction transaction in some)
                state.Apply(transaction);
            Task applying = target.ApplyAsync(some, TestContext.Current.CancellationToken);
            if ((given += some.Length) * (Kills + 1) / Transactions > kills && kills < Kills)
            {
                kills++;
                await server.Kill();
                await server.StartAgain();
            }

            await applying.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
        }

        await HoldsAsync(server, state);
        target.Interruptions.ShouldBeGreaterThan(0);
    }

    private static async Task HoldsAsync(MariaDbServer server, RetailState state)
    {
        await using var connection = new MySqlConnection(server.ConnectionString + ";CharSet=utf8mb4;Pooling=false");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        foreach (RetailTable table in RetailSchema.Instance.Tables)
        {
            var rows = new List<string>();
            await using var command = new MySqlCommand($"SELECT {string.Join(", ", table.Columns.Select(static column => $"CAST({column.Name} AS CHAR)"))} FROM {table.FullName}", connection);
            await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
            while (reader.Read())
                rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(place => reader.IsDBNull(place) ? null : reader.GetString(place))));
            rows.Order(StringComparer.Ordinal).ShouldBe(
                state.Rows(table).Select(row => string.Join('|', row.Select((value, place) => CanalEncoder.Text(value, table.Columns[place])))).Order(StringComparer.Ordinal), table.FullName);
        }
    }
}
