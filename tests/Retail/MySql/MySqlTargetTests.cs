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

        await using var connection = new MySqlConnection(server.ConnectionString + ";CharSet=utf8mb4");
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
