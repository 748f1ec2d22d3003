using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Orrery.Agent;
using Orrery.Agent.Logs;
using Orrery.Connectors.Landing;
using Orrery.Connectors.ObjectStores;
using Orrery.Log;
using Orrery.Tests.Servers;

namespace Orrery.EndToEnd.Tests.Channels;

/// <summary>An agent follows a real file and sends it straight to the API of a real process that is killed meanwhile.</summary>
public sealed class AgentChannelTests
{
    const int Partitions = 2, Kills = 2, LinesPerLife = 400, OddEvery = 10;
    const string Topic = "acme.erp-logs", Password = "channel-password", Channel = "/api/v1/tenants/acme/channels/erp-logs";
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3), Look = TimeSpan.FromMilliseconds(200);

    [Fact]
    public async Task Every_line_of_a_file_is_in_the_files_once_although_the_server_is_killed_and_odd_ones_follow_when_they_are_read_again()
    {
        using var data = new TemporaryFolder();
        using var site = new TemporaryFolder();
        string[] arguments = ["up", "--urls", $"http://127.0.0.1:{ServerProcess.FreePort()}", "--data", data.Path];
        string file = Path.Combine(site.Path, "erp.log");
        using var stop = new CancellationTokenSource();
        Task agent = Task.CompletedTask;
        int line = 0;
        await using (OrreryProcess first = await OrreryProcess.StartAsync(arguments))
        {
            await first.SignInAsync();
            await first.PostAsync("/api/v1/users", new { name = "second", displayName = "Second", role = "administrator", password = Password });
            await first.PostAsync("/api/v1/tenants", new { id = "acme", name = "Acme" });
            await first.PostAsync("/api/v1/tenants/acme/sites", new { id = "berlin", name = "Berlin" });
            string key = (await first.PostAsync("/api/v1/tenants/acme/sites/berlin/keys", new { name = "agent" })).GetProperty("text").GetString()!;
            using HttpResponseMessage put = await first.Api.PutAsJsonAsync(Channel, new { source = new { kind = "agents", format = "json" }, partitions = Partitions, landing = new { rollSeconds = 1 } });
            put.IsSuccessStatusCode.ShouldBeTrue(await put.Content.ReadAsStringAsync());
            agent = RunAgentAsync(first.Address, key, site.Path, stop.Token);
            line = await WriteAsync(file, line);
            await UntilAsync(first, "lines have come", async () => Records(await first.GetAsync(Channel)) > 0);
            line = await WriteAsync(file, line);
            await first.KillAsync();
        }

        for (int kill = 1; kill < Kills; kill++)
        {
            line = await WriteAsync(file, line);
            await using OrreryProcess next = await OrreryProcess.StartAsync(arguments);
            await next.SignInAsync("second", Password);
            await UntilAsync(next, "what waited has come", async () => await next.GetAsync(Channel) is var channel && Records(channel) + Rejected(channel) >= line - LinesPerLife);
            await next.KillAsync();
        }

        line = await WriteAsync(file, line);
        int odd = line / OddEvery;
        await using OrreryProcess last = await OrreryProcess.StartAsync(arguments);
        await last.SignInAsync("second", Password);
        await UntilAsync(last, "all lines have come", async () => await last.GetAsync(Channel) is var channel && Records(channel) + Rejected(channel) == line);

        JsonElement reasons = await last.GetAsync($"{Channel}/letters/reasons");
        reasons.GetProperty("letters").GetInt64().ShouldBe(odd);
        JsonElement trial = await last.GetAsync($"{Channel}/letters/try?format=text");
        trial.GetProperty("readable").GetInt64().ShouldBe(odd);
        await last.PostAsync($"{Channel}/replays", new { format = "text" });
        await UntilAsync(last, "the odd lines are read again", async () => (await last.GetAsync($"{Channel}/replays"))[0] is var replay && replay.GetProperty("state").GetString() == "done" && replay.GetProperty("given").GetInt64() == odd);
        (await last.GetAsync($"{Channel}/letters")).GetProperty("items").GetArrayLength().ShouldBe(0);

        await UntilAsync(last, "all lines are in files", async () => (await LandedAsync(data.Path)).Count >= line);
        List<LandingRecord> landed = await LandedAsync(data.Path);
        landed.Count.ShouldBe(line);
        landed.Select(Message).Select(static message => message.Split(' ')[^1]).Select(static number => int.Parse(number, CultureInfo.InvariantCulture)).Order().ShouldBe(Enumerable.Range(0, line));
        landed.ShouldAllBe(record => record.Origin == "berlin/erp-1");

        await UntilAsync(last, "every window is closed", async () => (await last.GetAsync("/api/v1/ledger/acme/erp-logs")).GetProperty("summary").GetProperty("openWindows").GetInt32() == 0);
        await stop.CancelAsync();
        await agent;
        JsonElement ledger = await last.GetAsync("/api/v1/ledger/acme/erp-logs");
        ledger.GetProperty("gaps").GetArrayLength().ShouldBe(0, ledger.GetRawText());
        Hop(ledger, "source").GetProperty("gave").GetProperty("records").GetInt64().ShouldBe(line);
        Hop(ledger, "letters").GetProperty("gave").GetProperty("records").GetInt64().ShouldBe(odd);
        Hop(ledger, "lander").GetProperty("took").GetProperty("records").GetInt64().ShouldBe(line);
    }

    static Task RunAgentAsync(Uri server, string key, string folder, CancellationToken cancellationToken)
    {
        var options = new AgentOptions
        {
            Server = server,
            Key = key,
            Name = "erp-1",
            Logs = new LogChannelOptions
            {
                Folder = Path.Combine(folder, "agent"),
                Sources = [new LogSource { Name = "erp", Paths = [Path.Combine(folder, "*.log")] }],
                Destination = new LogDestination { Channel = "erp-logs", NewestLines = false },
                PollInterval = TimeSpan.FromMilliseconds(50),
                BatchAge = TimeSpan.FromMilliseconds(200),
                QuietAfter = TimeSpan.FromSeconds(16), // longer than a window, so that it says the last one is complete
                RetryFirst = TimeSpan.FromMilliseconds(100),
                RetryMax = TimeSpan.FromSeconds(1),
            },
        };
        return Task.Run(() => new AgentRunner(options, TimeProvider.System, NullLogger<AgentRunner>.Instance).RunAsync(cancellationToken), CancellationToken.None);
    }

    /// <summary>Appends lines; each tenth is no JSON.</summary>
    static async Task<int> WriteAsync(string file, int from)
    {
        for (int part = 0; part < 4; part++)
            await File.AppendAllLinesAsync(file, Enumerable.Range(from + (part * LinesPerLife / 4), LinesPerLife / 4).Select(static line =>
                line % OddEvery == OddEvery - 1 ? $"2026-11-21 08:00:00 订单 {line}" : $$"""{"time":"2026-11-21T08:00:00Z","level":"info","message":"订单 {{line}}"}"""));
        return from + LinesPerLife;
    }

    static async Task<List<LandingRecord>> LandedAsync(string data)
    {
        using var store = new FolderObjectStore(Path.Combine(data, "lake"), TimeProvider.System);
        var records = new List<LandingRecord>();
        for (int partition = 0; partition < Partitions; partition++)
        {
            var reader = new ManifestReader(store, Topic, partition, RecordHash.Compute);
            await foreach (LandingManifest manifest in reader.CommitsAsync(0))
                await foreach (LandingRecord record in reader.RecordsAsync(manifest))
                    records.Add(record);
        }

        return records;
    }

    static string Message(LandingRecord record)
    {
        using JsonDocument entry = JsonDocument.Parse(record.Value);
        return entry.RootElement.GetProperty("message").GetString()!;
    }

    static JsonElement Hop(JsonElement ledger, string name) => ledger.GetProperty("hops").EnumerateArray().Single(hop => hop.GetProperty("name").GetString() == name);

    static long Records(JsonElement channel) => Source(channel, "records");

    static long Rejected(JsonElement channel) => Source(channel, "rejected");

    static long Source(JsonElement channel, string name) => channel.GetProperty("source") is { ValueKind: JsonValueKind.Object } source ? source.GetProperty(name).GetInt64() : 0;

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
                throw new TimeoutException($"Waited {Patience.TotalSeconds} s until {what}. {(await orrery.GetAsync(Channel)).GetRawText()} {(await orrery.GetAsync("/api/v1/ledger/acme/erp-logs")).GetRawText()}");
            }
        }
    }
}
