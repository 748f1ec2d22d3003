using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Orrery.Bench.Harness;
using Orrery.Bench.Ingest;
using Orrery.Tests.Servers;
using ServerProcess = Orrery.Bench.Servers.ServerProcess;

namespace Orrery.Bench.Migrate;

/// <summary>The same migration as a job of a real server: once run by an agent that opens both databases, once split, the agent reading the source and the server holding the target. All on one machine, which the two share.</summary>
static class SplitBench
{
    const string Jobs = "/api/v1/tenants/bench/jobs";
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    public static async Task<IReadOnlyList<Figure>> RunAsync(BenchContext context)
    {
        if ((MariaDbServer.Missing ?? PostgreSqlServer.Missing) is { } missing)
        {
            context.Say(missing);
            return [];
        }

        long rows = context.Options.Number("rows", 1_000_000, 10_000, 100_000_000);
        long channels = context.Options.Number("parallel", 2, 1, 64);
        await using MariaDbServer maria = await MariaDbServer.Start(performanceSchema: false, "--innodb-buffer-pool-size=1G", "--skip-log-bin");
        await using PostgreSqlServer postgres = await PostgreSqlServer.Start("shared_buffers=512MB", "max_wal_size=8GB");
        OrdersTable.Fill(maria.ConnectionString, rows);
        context.Say($"{rows:N0} rows are in MariaDB");
        (ServerProcess server, string token, string key) = await OrreryTarget.StartAsync(Path.Combine(context.Scratch, "server"));
        await using ServerProcess cloud = server;
        using var http = new HttpClient { BaseAddress = server.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using Process agent = Process.Start(new ProcessStartInfo("dotnet", [ServerProcess.Program, "agent", "--server", server.Address.ToString(), "--key", key, "--name", "agent", "--jobs", "--buffer", Path.Combine(context.Scratch, "agent")]) { RedirectStandardOutput = true })!;
        agent.OutputDataReceived += static (_, _) => { };
        agent.BeginOutputReadLine();
        try
        {
            List<double> direct = [], split = [];
            for (int run = 0; run < context.Runs; run++)
            {
                direct.Add(rows / await SecondsAsync(http, $"direct-{run}", maria, postgres, channels, isSplit: false));
                split.Add(rows / await SecondsAsync(http, $"split-{run}", maria, postgres, channels, isSplit: true));
                context.Say(string.Create(CultureInfo.InvariantCulture, $"run {run + 1}: direct {direct[^1]:N0} rows/s, split {split[^1]:N0} rows/s, {split[^1] / direct[^1]:P0}"));
            }

            return
            [
                new Figure($"a split migration, {rows:N0} rows of 12 columns with key", BenchContext.Median(split), "rows/s", "higher", null, "the same, the agent opening both", BenchContext.Median(direct)),
                new Figure("split beside direct", BenchContext.Median(split) / BenchContext.Median(direct), "times", "higher"),
            ];
        }
        finally
        {
            agent.Kill();
            await agent.WaitForExitAsync();
        }
    }

    static async Task<double> SecondsAsync(HttpClient http, string job, MariaDbServer maria, PostgreSqlServer postgres, long channels, bool isSplit)
    {
        OrdersTable.Reset(postgres.ConnectionString);
        await SendAsync(http, HttpMethod.Put, $"{Jobs}/{job}", new
        {
            runsOn = "bench/agent",
            isSplit,
            definition = new { kind = "migrate", from = $"mysql://root@127.0.0.1:{maria.Port}/src", to = $"postgresql://postgres@127.0.0.1:{postgres.Port}/postgres", parallel = channels, chunkRows = 250_000, certificate = false },
        });
        long started = Stopwatch.GetTimestamp();
        await SendAsync(http, HttpMethod.Post, $"{Jobs}/{job}/start", new { });
        while (true)
        {
            await Task.Delay(Look);
            JsonElement now = await SendAsync(http, HttpMethod.Get, $"{Jobs}/{job}", null);
            switch (now.GetProperty("state").GetString())
            {
                case "done" when now.GetProperty("lastRun").GetProperty("isGood").GetBoolean(): return Stopwatch.GetElapsedTime(started).TotalSeconds;
                case "done" or "failed" or "cancelled": throw new InvalidOperationException($"The job {job} did not end well: {now}");
            }
        }
    }

    static async Task<JsonElement> SendAsync(HttpClient http, HttpMethod method, string path, object? body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using HttpResponseMessage answer = await http.SendAsync(request);
        string text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? JsonDocument.Parse(text).RootElement : throw new InvalidOperationException($"{method} {path} answered {(int)answer.StatusCode}: {text}");
    }
}
