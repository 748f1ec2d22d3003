using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Orrery.Tests.Servers;

namespace Orrery.Client.Tests;

public sealed class OrreryClientTests
{
    const long At = 1_700_000_000_000;

    [Fact]
    public async Task Samples_lines_and_documents_arrive_as_the_doors_want_them()
    {
        await using DoorHost door = await DoorHost.Start();
        door.Key = "ok_test_secret";
        using OrreryClient client = Make(door);

        Task<bool> registered = client.RegisterAsync(new ServerRegistration { HostName = "erp", CpuCores = 8, MemoryBytes = 1L << 40, Disks = [new("/", "/dev/vda", "ext4", 5)], BootedAt = DateTimeOffset.UnixEpoch });
        client.Series("cpu_core_usage_percent", "core", "0").Set(12.5, At);
        client.Series("cpu_core_usage_percent", "core", "0").Set(1e-300, At + 1);
        client.Log(LogLevel.Error, "erp", "库存不足 \"x\"\n\u0001 \ud83d\ude00", id: "a");
        client.Event("licence_expires", "in 3 days", LogLevel.Warning);
        (await client.DrainAsync(TimeSpan.FromSeconds(20))).ShouldBeTrue(client.Status.ToString());

        (await registered).ShouldBeTrue();
        JsonElement registration = door.Document("register")!.Value;
        registration.GetProperty("server").GetString().ShouldBe("erp-01");
        registration.GetProperty("memoryBytes").GetInt64().ShouldBe(1L << 40);
        registration.GetProperty("bootedAt").GetDateTimeOffset().ShouldBe(DateTimeOffset.UnixEpoch);
        registration.GetProperty("disks")[0].GetProperty("sizeBytes").GetInt64().ShouldBe(5);
        door.Samples.ShouldContainKeyAndValue($"erp-01|cpu_core_usage_percent{{core=0}}|{At}", 12.5);
        door.Samples.ShouldContainKeyAndValue($"erp-01|cpu_core_usage_percent{{core=0}}|{At + 1}", 1e-300);
        JsonDocument.Parse(door.Lines["a"]).RootElement.GetProperty("text").GetString().ShouldBe("库存不足 \"x\"\n\u0001 \ud83d\ude00");
        door.Lines.Values.ShouldContain(line => line.Contains("licence_expires") && line.Contains("\"warning\""));
        client.Status.AcceptedSamples.ShouldBeGreaterThanOrEqualTo(2);
        client.Status.Connected.ShouldBeTrue();
    }

    [Theory]
    [InlineData("500")]
    [InlineData("503")]
    [InlineData("429")]
    [InlineData("404")]
    [InlineData("hang")]
    [InlineData("drop")]
    [InlineData("half an answer")]
    public async Task What_fails_is_sent_again_until_it_is_taken_and_nothing_arrives_twice(string fault)
    {
        await using DoorHost door = await DoorHost.Start();
        int faults = 0;
        door.Before = async context =>
        {
            if (Interlocked.Increment(ref faults) > 3)
                return false;
            await Fail(context, fault);
            return true;
        };
        using OrreryClient client = Make(door, o => o.RequestTimeout = TimeSpan.FromMilliseconds(300));
        for (int i = 0; i < 1000; i++)
            client.Series("m").Set(i, At + i).ShouldBeTrue();

        (await client.DrainAsync(TimeSpan.FromSeconds(20))).ShouldBeTrue(client.Status.ToString());

        door.Samples.Count(s => s.Key.StartsWith("erp-01|m{}")).ShouldBe(1000);
        door.DuplicateSamples.ShouldBe(0);
        client.Status.FailedRequests.ShouldBe(3);
    }

    [Fact]
    public async Task A_batch_whose_answer_was_lost_is_sent_again_under_the_same_id()
    {
        await using DoorHost door = await DoorHost.Start();
        int lost = 0;
        door.AfterKept = context =>
        {
            if (Interlocked.Increment(ref lost) == 1)
                context.Abort();
            return Task.CompletedTask;
        };
        using OrreryClient client = Make(door);
        client.Series("m").Set(1, At);
        (await client.DrainAsync(TimeSpan.FromSeconds(20))).ShouldBeTrue();
        door.Batches.Values.Order().ShouldBe([1, 2]);
        client.Status.DuplicateSamples.ShouldBeGreaterThanOrEqualTo(1);
    }

    [Fact]
    public async Task A_batch_that_can_never_be_taken_is_set_aside_and_those_behind_it_go_on()
    {
        await using DoorHost door = await DoorHost.Start();
        using var folder = new TestDirectory();
        int requests = 0;
        door.Before = async context =>
        {
            if (Interlocked.Increment(ref requests) > 1)
                return false;
            context.Response.StatusCode = 400;
            await context.Response.WriteAsync("{\"title\":\"poison\"}");
            return true;
        };
        var notices = new List<ClientNotice>();
        using (OrreryClient client = Make(door, o =>
        {
            o.BufferDirectory = folder.Path;
            o.OnNotice = notices.Add;
        }))
        {
            client.Series("m").Set(1, At);
            await client.DrainAsync(TimeSpan.FromSeconds(20));
            client.Series("m").Set(2, At + 1);
            (await client.DrainAsync(TimeSpan.FromSeconds(20))).ShouldBeTrue();
            client.Status.RejectedBatches.ShouldBe(1);
            client.Status.DroppedSamples.ShouldBeGreaterThanOrEqualTo(1);
        }
        door.Samples.ShouldNotContainKey($"erp-01|m{{}}|{At}");
        door.Samples.ShouldContainKey($"erp-01|m{{}}|{At + 1}");
        door.Samples.ShouldContain(s => s.Key.StartsWith("erp-01|agent_dropped_samples_total{}") && s.Value >= 1);
        Directory.GetFiles(Path.Combine(folder.Path, "rejected")).Length.ShouldBe(1);
        notices.ShouldContain(n => n.Kind == ClientNoticeKind.Rejected && n.Text.Contains("poison"));
        notices.ShouldAllBe(n => !n.Text.Contains("secret"));
    }

    [Fact]
    public async Task A_refused_key_is_told_and_everything_is_kept()
    {
        await using DoorHost door = await DoorHost.Start();
        door.Key = "ok_another_key";
        var notice = new TaskCompletionSource<ClientNotice>();
        using OrreryClient client = Make(door, o => o.OnNotice = n => notice.TrySetResult(n));
        client.Series("m").Set(1, At);
        ClientNotice told = await notice.Task.WaitAsync(TimeSpan.FromSeconds(20));
        told.Kind.ShouldBe(ClientNoticeKind.KeyRefused);
        told.Text.ShouldNotContain("ok_test_secret");
        client.Status.BufferedBatches.ShouldBeGreaterThanOrEqualTo(1);
        door.Key = "ok_test_secret";
        (await client.DrainAsync(TimeSpan.FromSeconds(20))).ShouldBeTrue();
    }

    [Fact]
    public async Task Callers_never_wait_and_what_does_not_fit_is_counted_and_reported()
    {
        await using DoorHost door = await DoorHost.Start();
        var release = new TaskCompletionSource();
        door.Before = async _ =>
        {
            await release.Task;
            return false;
        };
        using OrreryClient client = Make(door, o =>
        {
            o.QueueSamplesMax = 100;
            o.BatchAge = o.BatchAgeAway = TimeSpan.FromMinutes(1);
            o.QueueLinesMax = 10;
        });
        int taken = 0, dropped = 0;
        for (int i = 0; i < 500; i++)
            _ = client.Series("m").Set(i, At + i) ? taken++ : dropped++;
        for (int i = 0; i < 50; i++)
            client.Log(LogLevel.Information, "erp", "line");
        client.Series("m").Set(double.NaN, At).ShouldBeFalse();
        client.Series("9 not a name").Set(1, At).ShouldBeFalse();
        client.Series("m", "bad label", "x").Set(1, At).ShouldBeFalse();
        client.Series(null!).Set(1, At).ShouldBeFalse();
        taken.ShouldBe(100);
        client.Status.DroppedSamples.ShouldBe(dropped + 4);
        client.Status.DroppedLines.ShouldBe(40);
        release.SetResult();
        await client.DrainAsync(TimeSpan.FromSeconds(20));
        client.Series("m").Set(1, At + 1000);
        (await client.DrainAsync(TimeSpan.FromSeconds(20))).ShouldBeTrue();
        door.Samples.ShouldContain(s => s.Key.StartsWith("erp-01|agent_dropped_samples_total{}") && s.Value == dropped + 4);
        door.Lines.Values.ShouldContain(line => line.Contains("samples_dropped"));
    }

    [Fact]
    public async Task Retry_after_is_honoured()
    {
        await using DoorHost door = await DoorHost.Start();
        var clock = new RecordingClock();
        int requests = 0;
        door.Before = context =>
        {
            bool refuse = Interlocked.Increment(ref requests) == 1;
            if (refuse)
            {
                context.Response.StatusCode = 429;
                context.Response.Headers.RetryAfter = "37";
            }
            return Task.FromResult(refuse);
        };
        using OrreryClient client = Make(door, o => o.Clock = clock);
        client.Series("m").Set(1, At);
        (await client.DrainAsync(TimeSpan.FromMinutes(20))).ShouldBeTrue();
        clock.Delays.ShouldContain(d => d >= TimeSpan.FromSeconds(37) && d < TimeSpan.FromSeconds(38));
    }

    [Fact]
    public void Wrong_options_are_all_named_at_once()
    {
        var error = Should.Throw<ArgumentException>(() => new OrreryClient(new OrreryClientOptions { Url = new Uri("ftp://x/"), Key = "", Server = "Ä", QueueSamplesMax = 0 }));
        error.Message.ShouldContain("Url");
        error.Message.ShouldContain("Key");
        error.Message.ShouldContain("Server");
        error.Message.ShouldContain("QueueSamplesMax is 0");
    }

    [Fact]
    public async Task Many_threads_send_at_once_and_every_sample_arrives()
    {
        await using DoorHost door = await DoorHost.Start();
        using OrreryClient client = Make(door);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(() =>
        {
            MetricSeries series = client.Series("m", "thread", thread.ToString());
            for (int i = 0; i < 2000; i++)
                series.Set(i, At + i).ShouldBeTrue();
        })));
        (await client.DrainAsync(TimeSpan.FromSeconds(20))).ShouldBeTrue();
        door.Samples.Count(s => s.Key.StartsWith("erp-01|m{")).ShouldBe(16_000);
    }

    static async Task Fail(HttpContext context, string fault)
    {
        switch (fault)
        {
            case "hang":
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { });
                break;
            case "drop":
                context.Abort();
                break;
            case "half an answer":
                context.Response.ContentLength = 1000;
                await context.Response.WriteAsync("{");
                await context.Response.Body.FlushAsync();
                context.Abort();
                break;
            default:
                context.Response.StatusCode = int.Parse(fault);
                break;
        }
    }

    static OrreryClient Make(DoorHost door, Action<OrreryClientOptions>? change = null)
    {
        var options = new OrreryClientOptions
        {
            Url = door.Url,
            Key = "ok_test_secret",
            Server = "erp-01",
            BackoffFirst = TimeSpan.FromMilliseconds(10),
            BackoffMax = TimeSpan.FromMilliseconds(50),
            BatchAge = TimeSpan.FromMilliseconds(50),
            BatchAgeAway = TimeSpan.FromMilliseconds(50),
        };
        change?.Invoke(options);
        return new OrreryClient(options);
    }
}
