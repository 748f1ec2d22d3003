using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Orrery.EndToEnd.Tests.Cluster;

/// <summary>The silo that has the log open is killed while samples stream in: its successor opens the log, and whatever was acknowledged is there.</summary>
public sealed partial class SampleFailoverTests
{
    const int Senders = 3;
    const int SamplesPerRequest = 20;
    const int RequestsMax = 10_000;
    const int RequestsBetween = 80;

    static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task A_killed_silos_part_of_the_log_opens_on_its_successor_with_every_acknowledged_sample()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "kills by Linux' signals");
        using var data = new TemporaryFolder();
        string secretFile = Path.Combine(data.Path, "secret");
        await File.WriteAllTextAsync(secretFile, "a secret from a file of the tests\n");
        string[] cluster = ["--cluster", $"sqlite:{Path.Combine(data.Path, "orrery.db")}", "--secret-file", secretFile];
        var silos = new List<OrreryProcess>();
        try
        {
            foreach (string name in (string[])["one", "two", "three"])
                silos.Add(await OrreryProcess.StartSiloAsync(new Dictionary<string, string>(), [.. cluster, "--name", name, "--data", data.Path]));
            await using OrreryProcess web = await OrreryProcess.StartAsync(["web", .. cluster, "--urls", "http://127.0.0.1:0"]);
            await web.SignInAsync();
            await web.PostAsync("/api/v1/tenants", new { id = "acme", name = "Acme" });
            await web.PostAsync("/api/v1/tenants/acme/sites", new { id = "berlin", name = "Berlin" });
            string key = (await web.PostAsync("/api/v1/tenants/acme/sites/berlin/keys", new { name = "test" })).GetProperty("text").GetString()!;

            await using var load = new SampleLoad(web.Address, key);
            await load.AcknowledgedAsync(RequestsBetween, "before the kill");
            int owner = int.Parse(OwnerProcess().Match(await File.ReadAllTextAsync(Path.Combine(data.Path, "log", "samples", "0000", "lock.owner"))).Groups[1].Value, CultureInfo.InvariantCulture);
            OrreryProcess victim = silos.Single(silo => silo.Id == owner);
            await victim.KillAsync();
            await load.AcknowledgedAsync(RequestsBetween, "after the kill");
            await load.StopAsync();

            int missing = 0;
            foreach (var bySender in load.Acknowledged.GroupBy(request => request.Sender))
            {
                string path = $"/api/v1/metrics/query?server=acme/berlin/s{bySender.Key}&match=failover_probe&from={load.Origin + 1_000}&to={load.Origin + (RequestsMax * 1_000L)}&step=1s&fn=count";
                await web.AnswersAsync(path, Limit);
                JsonElement answer = await web.GetAsync(path);
                int[] found = [.. answer.GetProperty("series")[0].GetProperty("values").EnumerateArray().Select(value => value.ValueKind == JsonValueKind.Number ? (int)value.GetDouble() : 0)];
                missing += bySender.Sum(request => SamplesPerRequest - found[request.Request]);
            }

            missing.ShouldBe(0, $"of {load.Acknowledged.Count * SamplesPerRequest} acknowledged samples");
        }
        finally
        {
            foreach (OrreryProcess silo in silos)
                await silo.DisposeAsync();
        }
    }

    [GeneratedRegex(@"process (\d+)")]
    private static partial Regex OwnerProcess();

    /// <summary>Sites that send without pause, and send again what was not acknowledged.</summary>
    sealed class SampleLoad : IAsyncDisposable
    {
        readonly HttpClient http;
        readonly CancellationTokenSource stopping = new();
        readonly Task[] senders;
        readonly Lock gate = new();
        (int Wanted, TaskCompletionSource Reached)? waiter;
        string last = "";

        public SampleLoad(Uri address, string key)
        {
            http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(40) };
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
            senders = [.. Enumerable.Range(0, Senders).Select(sender => Task.Run(() => SendAsync(sender)))];
        }

        /// <summary>When the first request's samples are: a request fills one second of its sender's series, so that a count per second proves it whole.</summary>
        public long Origin { get; } = (TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / 1_000 * 1_000) - (RequestsMax * 1_000L);

        public ConcurrentBag<(int Sender, int Request)> Acknowledged { get; } = [];

        public async Task AcknowledgedAsync(int more, string phase)
        {
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (gate)
                waiter = (Acknowledged.Count + more, reached);
            try
            {
                await reached.Task.WaitAsync(Limit);
            }
            catch (TimeoutException)
            {
                throw new TimeoutException($"{phase}: {more} requests were to be acknowledged within {Limit}; {Acknowledged.Count} were in all. The last refusal: {last}");
            }
        }

        public async Task StopAsync()
        {
            await stopping.CancelAsync();
            await Task.WhenAll(senders);
        }

        public async ValueTask DisposeAsync()
        {
            await StopAsync();
            http.Dispose();
            stopping.Dispose();
        }

        async Task SendAsync(int sender)
        {
            for (int request = 0; request < RequestsMax && !stopping.IsCancellationRequested; request++)
            {
                while (!stopping.IsCancellationRequested && !await TrySendAsync(sender, request))
                {
                    // Agents send again, too: what was kept is recognised.
                }
            }
        }

        async Task<bool> TrySendAsync(int sender, int request)
        {
            object[][] samples = [.. Enumerable.Range(0, SamplesPerRequest).Select(i => new object[] { Origin + (request * 1_000L) + 10 + (i * 20), sender + (request / 1000.0) })];
            var body = new { server = $"s{sender}", batch = $"{sender}-{request}", series = new[] { new { metric = "failover_probe", labels = new { sender = $"{sender}" }, samples } } };
            try
            {
                using HttpResponseMessage answer = await http.PostAsJsonAsync("/api/v1/agent/samples", body, stopping.Token);
                string text = await answer.Content.ReadAsStringAsync(stopping.Token);
                if (!answer.IsSuccessStatusCode)
                {
                    last = $"{(int)answer.StatusCode} {text}";
                    return false;
                }

                JsonElement outcome = JsonDocument.Parse(text).RootElement;
                if (outcome.GetProperty("accepted").GetInt32() + outcome.GetProperty("duplicate").GetInt32() != SamplesPerRequest)
                {
                    last = text;
                    return false;
                }
            }
            catch (Exception away) when (away is HttpRequestException or OperationCanceledException)
            {
                last = away.Message;
                return false;
            }

            lock (gate)
            {
                Acknowledged.Add((sender, request));
                if (waiter is { } waiting && Acknowledged.Count >= waiting.Wanted)
                    waiting.Reached.TrySetResult();
            }

            return true;
        }
    }
}
