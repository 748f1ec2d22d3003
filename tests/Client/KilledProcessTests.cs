using Orrery.Tests.Servers;

namespace Orrery.Client.Tests;

public sealed class KilledProcessTests
{
    const long First = 1_700_000_000_000;

    [Fact]
    public async Task A_process_killed_in_an_outage_loses_nothing_that_was_flushed_and_sends_nothing_twice()
    {
        await using DoorHost door = await DoorHost.Start();
        using var folder = new TestDirectory();
        bool away = true;
        door.Before = context =>
        {
            if (away)
                context.Response.StatusCode = 503;
            return Task.FromResult(away);
        };
        var lives = new List<(long First, long Flushed)>();
        for (int life = 0; life < 3; life++)
        {
            long first = First + life * 1_000_000, flushed = 0;
            using SendingProcess process = SendingProcess.Start(door.Url, folder.Path, first);
            while (flushed < first + 60)
                flushed = await process.NextFlushed() ?? throw new InvalidOperationException("The sending process ended by itself.");
            lives.Add((first, await process.Kill(flushed)));
        }
        door.Samples.ShouldBeEmpty();

        away = false;
        await Recover(door, folder.Path);

        foreach (var (first, flushed) in lives)
            ShouldHoldAll(door, first, flushed);
        door.DuplicateSamples.ShouldBe(0);
        door.DuplicateLines.ShouldBe(0);
        door.Batches.Values.ShouldAllBe(times => times == 1);
    }

    [Fact]
    public async Task A_process_killed_between_the_answer_and_its_note_sends_that_batch_again_under_its_old_id()
    {
        await using DoorHost door = await DoorHost.Start();
        using var folder = new TestDirectory();
        var kept = new TaskCompletionSource();
        var killed = new TaskCompletionSource();
        door.AfterKept = async _ =>
        {
            kept.TrySetResult();
            await killed.Task;
        };
        using SendingProcess process = SendingProcess.Start(door.Url, folder.Path, First);
        long flushed = await process.NextFlushed() ?? throw new InvalidOperationException("The sending process ended by itself.");
        await kept.Task.WaitAsync(TimeSpan.FromSeconds(20));
        flushed = await process.Kill(flushed);
        killed.SetResult();

        await Recover(door, folder.Path);

        ShouldHoldAll(door, First, flushed);
        door.Batches.Values.Count(times => times > 1).ShouldBeLessThanOrEqualTo(1);
    }

    static async Task Recover(DoorHost door, string folder)
    {
        using var client = new OrreryClient(new OrreryClientOptions { Url = door.Url, Key = "ok_test_secret", Server = SendingProcess.Server, BufferDirectory = folder });
        (await client.DrainAsync(TimeSpan.FromSeconds(30))).ShouldBeTrue(client.Status.ToString());
    }

    static void ShouldHoldAll(DoorHost door, long first, long flushed)
    {
        for (long at = first; at <= flushed; at++)
        {
            door.Samples.ShouldContainKeyAndValue($"{SendingProcess.Server}|orders_total{{}}|{at}", at * 0.5);
            door.Lines.ContainsKey($"line-{at}").ShouldBeTrue($"line {at} of {flushed}");
        }
    }
}
