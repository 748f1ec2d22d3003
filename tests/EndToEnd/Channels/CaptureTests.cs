using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Orrery.Tests.Servers;

namespace Orrery.EndToEnd.Tests.Channels;

/// <summary>A real database with a busy writer, captured, through the log, into files by a real process that is killed meanwhile.</summary>
public sealed class CaptureTests
{
    const int Partitions = 4;
    const string Topic = "acme.shop", Password = "capture-password";

    /// <summary>How often the process is killed, three seconds apart. <c>ORRERY_CAPTURE_KILLS=20</c> is a minute of it.</summary>
    static readonly int Kills = int.TryParse(Environment.GetEnvironmentVariable("ORRERY_CAPTURE_KILLS"), CultureInfo.InvariantCulture, out int kills) ? kills : 4;

    static readonly TimeSpan BetweenKills = TimeSpan.FromSeconds(3), Patience = TimeSpan.FromMinutes(3), Look = TimeSpan.FromMilliseconds(200);

    [Fact]
    public async Task Killed_every_three_seconds_the_files_hold_exactly_the_rows_of_the_database_and_the_ledger_closes_without_a_gap()
    {
        if (MariaDbServer.Missing is { } reason)
            Assert.Skip(reason);
        using var data = new TemporaryFolder();
        await using MariaDbServer server = await MariaDbServer.Start(performanceSchema: false);
        await using BusyShop shop = await BusyShop.CreateAsync(server.ConnectionString);
        string[] arguments = ["up", "--urls", "http://127.0.0.1:0", "--data", data.Path];
        await using (OrreryProcess first = await OrreryProcess.StartAsync(arguments))
        {
            await first.SignInAsync();
            await first.PostAsync("/api/v1/users", new { name = "second", displayName = "Second", role = "administrator", password = Password });
            await first.PostAsync("/api/v1/tenants", new { id = "acme", name = "Acme" });
            shop.Start(seed: 11);
            await PutAsync(first, server.ConnectionString);
            await KillLaterAsync(first);
        }

        for (int kill = 1; kill < Kills; kill++)
        {
            await using OrreryProcess next = await OrreryProcess.StartAsync(arguments);
            await KillLaterAsync(next);
        }

        await using OrreryProcess last = await OrreryProcess.StartAsync(arguments);
        await last.SignInAsync("second", Password);
        await shop.StopAsync();
        SortedDictionary<string, string> expected = shop.Rows();
        shop.Commits.ShouldBeGreaterThan(Kills * 10, "the writer was busy");
        (SortedDictionary<string, string> rows, long changes) found = default;
        await UntilAsync(last, "the files hold what the database holds", async () =>
        {
            if (!await IsEvenAsync(last))
                return false;
            var schemas = LandedShop.Schemas(await last.GetAsync("/api/v1/catalog/acme/table.shop.orders"));
            found = await LandedShop.ReadAsync(Path.Combine(data.Path, "lake"), Topic, Partitions, schemas);
            return found.rows.Count == expected.Count && found.rows.SequenceEqual(expected);
        });
        found.changes.ShouldBeGreaterThan(expected.Count);
        JsonElement ledger = await last.GetAsync("/api/v1/ledger/acme/shop");
        ledger.GetProperty("summary").GetProperty("openGaps").GetInt32().ShouldBe(0, ledger.GetRawText());
        ledger.GetProperty("gaps").GetArrayLength().ShouldBe(0, ledger.GetRawText());
    }

    [Fact]
    public async Task A_record_dropped_at_the_lander_is_named_by_hop_window_and_count_within_a_minute_and_sending_it_again_closes_the_gap()
    {
        if (MariaDbServer.Missing is { } reason)
            Assert.Skip(reason);
        using var data = new TemporaryFolder();
        await using MariaDbServer server = await MariaDbServer.Start(performanceSchema: false);
        await using BusyShop shop = await BusyShop.CreateAsync(server.ConnectionString);
        await using OrreryProcess orrery = await OrreryProcess.StartAsync("up", "--urls", "http://127.0.0.1:0", "--data", data.Path);
        await orrery.SignInAsync();
        await orrery.PostAsync("/api/v1/tenants", new { id = "acme", name = "Acme" });
        await PutAsync(orrery, server.ConnectionString);
        shop.Start(seed: 12);
        await UntilAsync(orrery, "changes are landed", async () => Landed(await orrery.GetAsync("/api/v1/tenants/acme/channels/shop")) > 3_000);
        await orrery.PostAsync("/api/v1/tenants/acme/channels/shop/drill", new { records = 1 });
        long asked = TimeProvider.System.GetTimestamp();
        JsonElement gap = default;
        await UntilAsync(orrery, "the gap is named", async () =>
        {
            JsonElement gaps = (await orrery.GetAsync("/api/v1/ledger/acme/shop")).GetProperty("gaps");
            if (gaps.GetArrayLength() == 0 || gaps[0].GetProperty("kind").GetString() != "missing")
                return false;
            gap = gaps[0];
            return true;
        });
        TimeProvider.System.GetElapsedTime(asked).ShouldBeLessThan(TimeSpan.FromMinutes(1));
        gap.GetProperty("hop").GetString().ShouldBe("lander");
        gap.GetProperty("records").GetInt64().ShouldBe(1);
        gap.GetProperty("stamp").GetInt64().ShouldBeGreaterThan(0);
        await orrery.PostAsync($"/api/v1/ledger/acme/shop/gaps/{gap.GetProperty("id").GetString()}/repair", new { });
        await shop.StopAsync();
        await UntilAsync(orrery, "the gap is closed", () => IsEvenAsync(orrery));
        var schemas = LandedShop.Schemas(await orrery.GetAsync("/api/v1/catalog/acme/table.shop.orders"));
        (await LandedShop.ReadAsync(Path.Combine(data.Path, "lake"), Topic, Partitions, schemas)).Rows.ShouldBe(shop.Rows());
    }

    [Fact]
    public async Task Rows_and_changes_of_PostgreSQL_lie_in_files_too()
    {
        if (PostgreSqlServer.Missing is { } reason)
            Assert.Skip(reason);
        using var data = new TemporaryFolder();
        await using PostgreSqlServer server = await PostgreSqlServer.Start();
        await using var database = Npgsql.NpgsqlDataSource.Create(server.ConnectionString);
        await RunAsync(database, "CREATE TABLE orders (id bigint PRIMARY KEY, note text, amount numeric(20,6)); INSERT INTO orders SELECT n, '订单 ' || n, n / 7.0 FROM generate_series(1, 2000) n");
        await using OrreryProcess orrery = await OrreryProcess.StartAsync("up", "--urls", "http://127.0.0.1:0", "--data", data.Path);
        await orrery.SignInAsync();
        await orrery.PostAsync("/api/v1/tenants", new { id = "acme", name = "Acme" });
        await PutAsync(orrery, server.ConnectionString, "postgresql", "public.orders");
        await UntilAsync(orrery, "the rows are landed", async () => Landed(await orrery.GetAsync("/api/v1/tenants/acme/channels/shop")) >= 2_000);
        await RunAsync(database, "UPDATE orders SET id = id + 10000 WHERE id <= 10; UPDATE orders SET note = NULL WHERE id BETWEEN 100 AND 199; DELETE FROM orders WHERE id > 1900 AND id < 5000; INSERT INTO orders VALUES (3000, 'late', 1.000001)");
        SortedDictionary<string, string> expected = new(StringComparer.Ordinal);
        await using (Npgsql.NpgsqlDataReader reader = await database.CreateCommand("SELECT id::text, note, amount::text FROM orders").ExecuteReaderAsync())
            while (await reader.ReadAsync())
                expected[reader.GetString(0)] = $"{reader.GetString(0)}|{(reader.IsDBNull(1) ? "NULL" : reader.GetString(1))}|{reader.GetString(2)}";
        await UntilAsync(orrery, "the files hold what the database holds", async () =>
        {
            var schemas = LandedShop.Schemas(await orrery.GetAsync("/api/v1/catalog/acme/table.postgres.public.orders"));
            var rows = (await LandedShop.ReadAsync(Path.Combine(data.Path, "lake"), Topic, Partitions, schemas)).Rows;
            return rows.Count == expected.Count && rows.SequenceEqual(expected);
        });
    }

    static async Task RunAsync(Npgsql.NpgsqlDataSource database, string statements)
    {
        await using Npgsql.NpgsqlCommand command = database.CreateCommand(statements);
        await command.ExecuteNonQueryAsync();
    }

    static async Task PutAsync(OrreryProcess orrery, string connection, string kind = "mysql", string table = "shop.orders")
    {
        var spec = new
        {
            partitions = Partitions,
            source = new { kind, connection, tables = new[] { table } },
            landing = new { rollSeconds = 1 },
        };
        using HttpResponseMessage answer = await orrery.Api.PutAsJsonAsync("/api/v1/tenants/acme/channels/shop", spec);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
    }

    static async Task KillLaterAsync(OrreryProcess orrery)
    {
        using var timer = new PeriodicTimer(BetweenKills);
        await timer.WaitForNextTickAsync();
        await orrery.KillAsync();
    }

    /// <summary>Whether everything given is landed, and every window's account came out even.</summary>
    static async Task<bool> IsEvenAsync(OrreryProcess orrery)
    {
        JsonElement channel = await orrery.GetAsync("/api/v1/tenants/acme/channels/shop");
        if (channel.GetProperty("source").ValueKind == JsonValueKind.Null || channel.GetProperty("source").GetProperty("phase").GetString() != "running")
            return false;
        JsonElement summary = (await orrery.GetAsync("/api/v1/ledger/acme/shop")).GetProperty("summary");
        return Landed(channel) >= channel.GetProperty("source").GetProperty("records").GetInt64() && summary.GetProperty("openWindows").GetInt32() == 0 && summary.GetProperty("openGaps").GetInt32() == 0;
    }

    static long Landed(JsonElement channel) => channel.GetProperty("landing").EnumerateArray().Sum(partition => partition.GetProperty("offset").GetInt64());

    static async Task UntilAsync(OrreryProcess orrery, string what, Func<Task<bool>> isSo)
    {
        using var limit = new CancellationTokenSource(Patience);
        using var timer = new PeriodicTimer(Look);
        while (!await isSo())
        {
            try
            {
                await timer.WaitForNextTickAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException(
                    $"Waited {Patience.TotalSeconds} s until {what}. Channel: {await orrery.GetAsync("/api/v1/tenants/acme/channels/shop")} Ledger: {await orrery.GetAsync("/api/v1/ledger/acme/shop")}\n{orrery.Said}");
            }
        }
    }
}
