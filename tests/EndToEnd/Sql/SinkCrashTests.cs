using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;
using Orrery.Tests.Servers;

namespace Orrery.EndToEnd.Tests.Sql;

/// <summary>Views into a real PostgreSQL, by a real process that is killed while rows flow.</summary>
public sealed class SinkCrashTests
{
    const string Password = "sink-password";
    const int Events = 160_000, Bids = Events / 50 * 46;

    /// <summary>How often the process is killed, each time after so many calls were answered. <c>ORRERY_SINK_KILLS=20</c> is a minute of it.</summary>
    static readonly int Kills = int.TryParse(Environment.GetEnvironmentVariable("ORRERY_SINK_KILLS"), CultureInfo.InvariantCulture, out int kills) ? kills : 3;

    const int CallsBetweenKills = 60;

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3), Look = TimeSpan.FromMilliseconds(200);

    [Fact]
    public async Task Killed_while_rows_flow_the_sinks_tables_equal_the_views_and_the_same_SQL_over_the_source()
    {
        if (PostgreSqlServer.Missing is { } reason)
            Assert.Skip(reason);
        using var data = new TemporaryFolder();
        await using PostgreSqlServer server = await PostgreSqlServer.Start();
        await using NpgsqlDataSource database = NpgsqlDataSource.Create(server.ConnectionString);
        await ExecuteAsync(database, "CREATE TABLE bids (auction bigint, bidder bigint, price bigint, at timestamp); CREATE TABLE best (auction bigint PRIMARY KEY, n bigint, price bigint);"
            + " CREATE TABLE copy (id bigint PRIMARY KEY, status text, amount numeric(12, 2)); CREATE TABLE totals (status text PRIMARY KEY, n bigint, total numeric(38, 2))");
        string[] arguments = ["up", "--urls", "http://127.0.0.1:0", "--data", data.Path];
        var orders = new Orders(seed: 5);
        OrreryProcess process = await OrreryProcess.StartAsync(arguments);
        try
        {
            await process.SignInAsync();
            await process.PostAsync("/api/v1/users", new { name = "second", displayName = "Second", role = "administrator", password = Password });
            await process.PostAsync("/api/v1/tenants", new { id = "acme", name = "Acme" });
            await RunAsync(process, Script(server.ConnectionString));
            for (int kill = 0; kill < Kills; kill++)
            {
                // Killed in the middle of a call; what it did is not known, and done again.
                Task flowing = orders.FlowAsync(process);
                await orders.AnsweredAsync(CallsBetweenKills).WaitAsync(Patience, TestContext.Current.CancellationToken);
                await process.KillAsync();
                await flowing;
                await process.DisposeAsync();
                process = await OrreryProcess.StartAsync(arguments);
                await process.SignInAsync("second", Password);
            }

            await orders.FinishAsync(process);
            await UntilAsync(process, "all bids are in the views", async () => (await AskAsync(process, "SELECT COUNT(*) FROM bid")) == $"[[{Bids}]]");
            await UntilAsync(process, "all rows are in the sinks", async () => await ScalarAsync(database, "SELECT count(*) FROM bids") >= Bids
                && await ScalarAsync(database, "SELECT coalesce(sum(n), 0) FROM best") == Bids && await RowsAsync(database, "SELECT id, status, amount FROM copy ORDER BY id") == orders.Rows());
            // Each event once, though the table has no key; the view's rows; and the same SQL over what the sink has of the source.
            (await ScalarAsync(database, "SELECT count(*) FROM bids")).ShouldBe(Bids);
            (await ScalarAsync(database, "SELECT count(*) FROM (SELECT auction, count(*) AS n, max(price) AS price FROM bids GROUP BY auction EXCEPT SELECT * FROM best) d")).ShouldBe(0);
            (await RowsAsync(database, "SELECT auction, n, price FROM best ORDER BY auction")).ShouldBe(Compact(await AskAsync(process, "SELECT auction, n, price FROM best_bids ORDER BY auction")));
            string totals = await RowsAsync(database, "SELECT status, count(*), sum(amount) FROM copy GROUP BY status ORDER BY status");
            await UntilAsync(process, "the totals are in the sink", async () => await RowsAsync(database, "SELECT status, n, total FROM totals ORDER BY status") == totals);
            Compact(await AskAsync(process, "SELECT status, COUNT(*), SUM(amount) FROM orders GROUP BY status ORDER BY status")).ShouldBe(totals);
            // The marker's rows: one an insert, under the last term that wrote.
            (await ScalarAsync(database, "SELECT count(*) FROM orrery_sinks")).ShouldBe(4);
            (await ScalarAsync(database, "SELECT max(term) FROM orrery_sinks")).ShouldBeGreaterThan(Kills);
            (await ScalarAsync(database, "SELECT min(epoch) FROM orrery_sinks")).ShouldBeGreaterThan(0);
            await GoesOnAsync(process);
        }
        finally
        {
            await process.DisposeAsync();
        }
    }

    static string Script(string connection) => $"""
        CREATE TABLE bid (auction BIGINT NOT NULL, bidder BIGINT, price BIGINT, dateTime TIMESTAMP(3)) WITH ('connector' = 'nexmark', 'type' = 'bid', 'events' = '{Events}', 'rate' = '20000');
        CREATE TABLE orders (id BIGINT, status STRING NOT NULL, amount DECIMAL(12, 2), PRIMARY KEY (id) NOT ENFORCED);
        CREATE TABLE bids (auction BIGINT, bidder BIGINT, price BIGINT, `at` TIMESTAMP(3)) WITH ('connector' = 'postgresql', 'connection' = '{connection}');
        CREATE TABLE best (auction BIGINT NOT NULL, n BIGINT, price BIGINT, PRIMARY KEY (auction) NOT ENFORCED) WITH ('connector' = 'postgresql', 'connection' = '{connection}');
        CREATE TABLE copy (id BIGINT NOT NULL, status STRING, amount DECIMAL(12, 2), PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'postgresql', 'connection' = '{connection}');
        CREATE TABLE totals (status STRING NOT NULL, n BIGINT, total DECIMAL(38, 2), PRIMARY KEY (status) NOT ENFORCED) WITH ('connector' = 'postgresql', 'connection' = '{connection}');
        CREATE MATERIALIZED VIEW best_bids AS SELECT auction, COUNT(*) AS n, MAX(price) AS price FROM bid GROUP BY auction;
        INSERT INTO bids SELECT auction, bidder, price, dateTime FROM bid;
        INSERT INTO best SELECT auction, n, price FROM best_bids;
        INSERT INTO copy SELECT id, status, amount FROM orders;
        INSERT INTO totals SELECT status, COUNT(*), SUM(amount) FROM orders GROUP BY status;
        """;

    /// <summary>A stream that comes back with the id that it saw last hears what came since, not all again.</summary>
    static async Task GoesOnAsync(OrreryProcess process)
    {
        const string Path = "/api/v1/tenants/acme/sql/subscribe?query=SELECT%20id%2C%20status%20FROM%20orders";
        (string name, string id, _) = await FirstEventAsync(process, Path, null);
        name.ShouldBe("snapshot");
        await process.PostAsync("/api/v1/tenants/acme/sql/relations/orders/rows", new { rows = new[] { new object[] { 1_000_000, "late", 1 } } });
        (string next, string nextId, string changes) = await FirstEventAsync(process, Path, id);
        next.ShouldBe("changes");
        nextId.ShouldNotBe(id);
        changes.ShouldBe("""[{"weight":1,"row":[1000000,"late"]}]""");
        (await FirstEventAsync(process, Path, "0000:1")).Name.ShouldBe("snapshot");
    }

    static async Task<(string Name, string Id, string Data)> FirstEventAsync(OrreryProcess process, string path, string? lastId)
    {
        using var late = new CancellationTokenSource(OrreryProcess.Patience);
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (lastId is not null)
            request.Headers.Add("Last-Event-ID", lastId);
        using HttpResponseMessage answer = await process.Api.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, late.Token);
        answer.IsSuccessStatusCode.ShouldBeTrue($"{(int)answer.StatusCode}");
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(late.Token));
        string name = "", id = "";
        while (await reader.ReadLineAsync(late.Token) is { } line)
        {
            if (line.StartsWith("id:", StringComparison.Ordinal))
                id = line[3..].Trim();
            else if (line.StartsWith("event:", StringComparison.Ordinal))
                name = line[6..].Trim();
            else if (line.StartsWith("data:", StringComparison.Ordinal))
                return (name, id, line[5..].Trim());
        }

        throw new InvalidOperationException("The stream ended without an event.");
    }

    static Task<JsonElement> RunAsync(OrreryProcess process, string text) => process.PostAsync("/api/v1/tenants/acme/sql", new { text });

    static async Task<string> AskAsync(OrreryProcess process, string query) => (await RunAsync(process, query)).GetProperty("results")[0].GetProperty("rows").GetRawText();

    /// <summary>Rows of a JSON answer, a line each, values between bars.</summary>
    static string Compact(string rows)
    {
        using var document = JsonDocument.Parse(rows);
        return string.Join('\n', document.RootElement.EnumerateArray().Select(static row => string.Join('|', row.EnumerateArray().Select(static value => value.ToString()))));
    }

    static async Task<string> RowsAsync(NpgsqlDataSource database, string query)
    {
        await using NpgsqlConnection open = await database.OpenConnectionAsync();
        using TextReader rows = await open.BeginTextExportAsync($"COPY ({query}) TO STDOUT (DELIMITER '|')");
        return (await rows.ReadToEndAsync()).TrimEnd('\n');
    }

    static async Task<long> ScalarAsync(NpgsqlDataSource database, string query)
    {
        await using NpgsqlCommand command = database.CreateCommand(query);
        return Convert.ToInt64(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }

    static async Task ExecuteAsync(NpgsqlDataSource database, string text)
    {
        await using NpgsqlCommand command = database.CreateCommand(text);
        await command.ExecuteNonQueryAsync();
    }

    static async Task UntilAsync(OrreryProcess process, string what, Func<Task<bool>> holds)
    {
        using var late = new CancellationTokenSource(Patience);
        using var looks = new PeriodicTimer(Look);
        while (!await holds())
        {
            if (late.IsCancellationRequested)
                throw new TimeoutException($"{what}: not within {Patience}. Relations: {await process.GetAsync("/api/v1/tenants/acme/sql/relations")}\nIt said:\n{process.Said}");
            await looks.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    /// <summary>Orders that are made and changed by calls, each repeated until it is answered.</summary>
    sealed class Orders(int seed)
    {
        const int BatchRows = 20, IdMax = 5_000;
        static readonly string[] States = ["open", "paid", "shipped", "已取消"];

        readonly Random random = new(seed);
        readonly SortedDictionary<int, (string Status, string Amount)> rows = [];
        readonly SemaphoreSlim answered = new(0);
        (int Id, string Status, string Amount)[]? pending;

        /// <summary>Until the process is gone.</summary>
        public async Task FlowAsync(OrreryProcess process)
        {
            try
            {
                while (true)
                    await GiveAsync(process);
            }
            catch (Exception gone) when (gone is HttpRequestException or IOException or OperationCanceledException)
            {
                // Killed: the batch that was under way is given again.
            }
        }

        /// <summary>Waits for so many further calls.</summary>
        public async Task AnsweredAsync(int calls)
        {
            while (answered.Wait(0, CancellationToken.None))
            {
                // Those of before.
            }

            for (int call = 0; call < calls; call++)
                await answered.WaitAsync();
        }

        public Task FinishAsync(OrreryProcess process) => GiveAsync(process);

        public string Rows() => string.Join('\n', rows.Select(static row => $"{row.Key}|{row.Value.Status}|{row.Value.Amount}"));

        async Task GiveAsync(OrreryProcess process)
        {
            pending ??= [.. Enumerable.Range(0, BatchRows).Select(_ => (random.Next(IdMax), States[random.Next(States.Length)], (random.Next(1_000_000) / 100m).ToString("F2", CultureInfo.InvariantCulture)))];
            // A process that has just begun answers that its views are being restored.
            using var late = new CancellationTokenSource(Patience);
            while (true)
            {
                using HttpResponseMessage answer = await process.Api.PostAsJsonAsync(
                    "/api/v1/tenants/acme/sql/relations/orders/rows", new { rows = pending.Select(static row => new object[] { row.Id, row.Status, row.Amount }) }, late.Token);
                if (answer.IsSuccessStatusCode)
                    break;
                ((int)answer.StatusCode).ShouldBeGreaterThanOrEqualTo(500, await answer.Content.ReadAsStringAsync(late.Token));
            }

            foreach ((int id, string status, string amount) in pending)
                rows[id] = (status, amount);
            pending = null;
            answered.Release();
        }
    }
}
