using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Orrery.EndToEnd.Tests;

/// <summary>The process is killed while samples stream in; whatever it had acknowledged is there afterwards.</summary>
public sealed class CrashTests
{
    const int Senders = 4;
    const int SamplesPerRequest = 50;
    const int RequestsMax = 10_000;

    [Fact]
    public async Task After_a_kill_during_ingest_every_acknowledged_sample_and_all_grain_state_is_there()
    {
        using var data = new TemporaryFolder();
        string[] arguments = ["up", "--urls", "http://127.0.0.1:0", "--data", data.Path];
        long origin = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / 1_000 * 1_000 - (RequestsMax * 1_000L);
        var acknowledged = new ConcurrentBag<(int Sender, int Request)>();
        string signIn;
        int kills = 0;
        await using (OrreryProcess first = await OrreryProcess.StartAsync(arguments))
        {
            await first.SignInAsync();
            await first.PostAsync("/api/v1/users", new { name = "second", displayName = "Second", role = "administrator", password = "second-password" });
            await first.PostAsync("/api/v1/tenants", new { id = "acme", name = "Acme" });
            await first.PostAsync("/api/v1/tenants/acme/sites", new { id = "berlin", name = "Berlin" });
            signIn = (await first.PostAsync("/api/v1/tenants/acme/sites/berlin/keys", new { name = "test" })).GetProperty("text").GetString()!;
            await SendUntilKilledAsync(first, signIn, origin, 0, acknowledged);
            kills++;
        }

        // Once more, so that a log with a tail that was handed on again is killed, too.
        await using (OrreryProcess second = await OrreryProcess.StartAsync(arguments))
        {
            await second.SignInAsync("second", "second-password");
            await SendUntilKilledAsync(second, signIn, origin, RequestsMax / 2, acknowledged);
            kills++;
        }

        await using OrreryProcess third = await OrreryProcess.StartAsync(arguments);
        await third.SignInAsync("second", "second-password");
        (await third.GetAsync("/api/v1/tenants/acme/sites/berlin")).GetProperty("name").GetString().ShouldBe("Berlin");
        kills.ShouldBe(2);
        acknowledged.Count.ShouldBeGreaterThan(50);
        int missing = 0;
        foreach (var bySender in acknowledged.GroupBy(request => request.Sender))
        {
            int[] found = await CountAsync(third, bySender.Key, origin);
            missing += bySender.Sum(request => SamplesPerRequest - found[request.Request]);
        }

        missing.ShouldBe(0, $"of {acknowledged.Count * SamplesPerRequest} acknowledged samples");
    }

    /// <summary>A request fills one second of its sender's series, so that a count per second proves it whole.</summary>
    static IEnumerable<long> Times(long origin, int request) => Enumerable.Range(0, SamplesPerRequest).Select(i => origin + (request * 1_000L) + 10 + (i * 20));

    static async Task SendUntilKilledAsync(OrreryProcess orrery, string key, long origin, int firstRequest, ConcurrentBag<(int, int)> acknowledged)
    {
        int already = acknowledged.Count;
        var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var http = new HttpClient { BaseAddress = orrery.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        Task[] senders = [.. Enumerable.Range(0, Senders).Select(sender => Task.Run(async () =>
        {
            for (int request = firstRequest; request < firstRequest + (RequestsMax / 2); request++)
            {
                object[][] samples = [.. Times(origin, request).Select(time => new object[] { time, sender + (request / 1000.0) })];
                var body = new { server = $"s{sender}", batch = $"{sender}-{request}", series = new[] { new { metric = "crash_probe", labels = new { sender = $"{sender}" }, samples } } };
                try
                {
                    using HttpResponseMessage answer = await http.PostAsJsonAsync("/api/v1/agent/samples", body);
                    if (answer.StatusCode == HttpStatusCode.TooManyRequests)
                        return;
                    answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
                    JsonElement outcome = await answer.Content.ReadFromJsonAsync<JsonElement>();
                    (outcome.GetProperty("accepted").GetInt32() + outcome.GetProperty("duplicate").GetInt32()).ShouldBe(SamplesPerRequest, outcome.ToString());
                }
                catch (Exception problem) when (problem is HttpRequestException or TaskCanceledException)
                {
                    return; // Killed: this request was not acknowledged.
                }

                acknowledged.Add((sender, request));
                if (acknowledged.Count >= already + 60)
                    enough.TrySetResult();
            }
        }))];
        await Task.WhenAny(enough.Task, Task.WhenAll(senders)).WaitAsync(OrreryProcess.Patience);
        await orrery.KillAsync();
        await Task.WhenAll(senders).WaitAsync(OrreryProcess.Patience);
    }

    /// <summary>Samples per second of the series, by the request that filled the second.</summary>
    static async Task<int[]> CountAsync(OrreryProcess orrery, int sender, long origin)
    {
        JsonElement answer = await orrery.GetAsync(
            $"/api/v1/metrics/query?server=acme/berlin/s{sender}&match=crash_probe&from={origin + 1_000}&to={origin + (RequestsMax * 1_000L)}&step=1s&fn=count");
        return [.. answer.GetProperty("series")[0].GetProperty("values").EnumerateArray().Select(value => value.ValueKind == JsonValueKind.Number ? (int)value.GetDouble() : 0)];
    }
}
