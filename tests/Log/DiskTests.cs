using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Orrery.Log.Embedded;
using Orrery.Log.Files;

namespace Orrery.Log.Tests;

/// <summary>The embedded log on the machine's own disk.</summary>
public sealed class DiskTests : IDisposable
{
    readonly string directory = Directory.CreateTempSubdirectory("orrery-log-").FullName;
    readonly TestMeters meters = new();
    readonly List<Process> started = [];

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        foreach (var process in started)
        {
            if (!process.HasExited) process.Kill();
            process.WaitForExit();
            process.Dispose();
        }

        meters.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    EmbeddedLog Open(string? owner = null, TimeSpan? lockWait = null) =>
        new(new EmbeddedLogOptions { Directory = directory, Owner = owner, LockWait = lockWait ?? TimeSpan.FromSeconds(20) }, new DiskFileSystem(), TimeProvider.System, NullLogger<EmbeddedLog>.Instance, meters);

    [Fact]
    public async Task A_process_killed_while_it_appends_leaves_every_acknowledged_batch()
    {
        var acknowledged = new Dictionary<long, int>();
        for (int kill = 0; kill < 4; kill++)
        {
            var process = StartAppending();
            int wanted = 150 + (kill * 90);
            for (int count = 0; await process.StandardOutput.ReadLineAsync(Token) is { } line; count++)
            {
                if (count == wanted) process.Kill(); // SIGKILL; lines that were printed before it are still read
                Note(line, acknowledged);
            }

            await process.WaitForExitAsync(Token);
            await using var log = Open();
            var partition = await (await log.OpenTopicAsync("kill", AppendingProcess.Options, Token)).OpenPartitionAsync(0, Token);
            await VerifyAsync(partition, acknowledged);
        }

        acknowledged.Count.ShouldBeGreaterThan(600);
    }

    [Fact]
    public async Task A_process_that_stood_still_while_another_took_its_partition_acknowledges_nothing_more()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "a process cannot be stopped and continued by a signal there");
        var process = StartAppending();
        var acknowledged = new Dictionary<long, int>();
        for (int count = 0; count < 100; count++) Note(await process.StandardOutput.ReadLineAsync(Token), acknowledged);

        await using var log = Open(lockWait: TimeSpan.FromMilliseconds(300));
        var topic = await log.OpenTopicAsync("kill", AppendingProcess.Options, Token);
        ILogPartition? successor = null;
        for (int attempt = 0; successor is null && attempt < 50; attempt++)
        {
            await SignalAsync(process, "STOP");
            try
            {
                successor = await topic.OpenPartitionAsync(0, 1, Token);
            }
            catch (LogInUseException)
            {
                // It was stopped in the few operations of beginning a segment. It goes on for a while.
                await SignalAsync(process, "CONT");
                for (int count = 0; count < 5; count++) Note(await process.StandardOutput.ReadLineAsync(Token), acknowledged);
            }
        }

        var records = AppendingProcess.Batch(-1);
        var append = successor!.Append(records);
        await append.Durable;
        await SignalAsync(process, "CONT");
        while (await process.StandardOutput.ReadLineAsync(Token) is { } line) Note(line, acknowledged);
        await process.WaitForExitAsync(Token);
        process.ExitCode.ShouldBe(AppendingProcess.FencedExitCode);

        acknowledged.Keys.Max().ShouldBeLessThan(append.BaseOffset);
        acknowledged[append.BaseOffset] = -1;
        await VerifyAsync(successor, acknowledged);
        await using var third = await topic.OpenPartitionAsync(0, 2, Token);
        third.EndOffset.ShouldBe(append.BaseOffset + records.Length);
        await VerifyAsync(third, acknowledged);
    }

    Process StartAppending()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, UseShellExecute = false };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet") start.ArgumentList.Add(typeof(DiskTests).Assembly.Location);
        start.ArgumentList.Add(AppendingProcess.Argument);
        start.ArgumentList.Add(directory);
        var process = Process.Start(start)!;
        started.Add(process);
        return process;
    }

    static async Task SignalAsync(Process process, string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(Token);
        kill.ExitCode.ShouldBe(0);
    }

    static void Note(string? line, Dictionary<long, int> acknowledged)
    {
        string[] parts = (line ?? "").Split(' ');
        if (parts.Length == 2 && parts[1].Length > 0) acknowledged[long.Parse(parts[0], CultureInfo.InvariantCulture)] = int.Parse(parts[1], CultureInfo.InvariantCulture);
    }

    static async Task VerifyAsync(ILogPartition partition, Dictionary<long, int> acknowledged)
    {
        foreach (var (offset, seed) in acknowledged)
        {
            using var read = await partition.ReadAsync(offset, 1, Token);
            read.Batches[0].BaseOffset.ShouldBe(offset);
            var records = new List<LogRecord>();
            foreach (var record in read.Batches[0]) records.Add(record);
            records.ShouldEqual(AppendingProcess.Batch(seed), $"batch at {offset}");
        }
    }

    [Fact]
    public async Task Many_threads_append_and_every_record_is_read_back_in_the_order_of_its_offset()
    {
        long acknowledgedGroups = 0;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, own) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, meters) && instrument.Name is "orrery.log.append.records" or "orrery.log.flush.batches") own.EnableMeasurementEvents(instrument);
        };
        long counted = 0;
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) =>
        {
            if (!ReferenceEquals(instrument.Meter.Scope, meters)) return;
            if (instrument.Name == "orrery.log.append.records") Interlocked.Add(ref counted, value);
            else Interlocked.Increment(ref acknowledgedGroups);
        });
        listener.Start();

        var options = new TopicOptions { SegmentBytes = 1 << 20, Partitions = 2 };
        var expected = new Dictionary<int, LogRecord[]>[] { [], [] };
        await using (var log = Open())
        {
            var topic = await log.OpenTopicAsync("many", options, Token);
            ILogPartition[] partitions = [await topic.OpenPartitionAsync(0, Token), await topic.OpenPartitionAsync(1, Token)];
            await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Run(async () =>
            {
                for (int round = 0; round < 150; round++)
                {
                    var appends = new List<Task>();
                    for (int number = 0; number < 4; number++)
                    {
                        int seed = (((round * 4) + number) * 4) + worker;
                        var records = AppendingProcess.Batch(seed);
                        var append = partitions[seed % 2].Append(records);
                        lock (expected) expected[seed % 2].Add((int)append.BaseOffset, records);
                        append.Receipt.ShouldBe(LogReceipt.Of(records));
                        appends.Add(append.Durable);
                    }

                    await Task.WhenAll(appends);
                }
            })));
        }

        await using var again = Open();
        var reopened = await again.OpenTopicAsync("many", options, Token);
        long total = 0;
        for (int number = 0; number < 2; number++)
        {
            await using var partition = await reopened.OpenPartitionAsync(number, Token);
            long offset = 0;
            while (true)
            {
                using var read = await partition.ReadAsync(offset, 100_000, Token);
                if (read.Batches.Count == 0) break;
                foreach (var batch in read.Batches)
                {
                    var records = new List<LogRecord>();
                    foreach (var record in batch) records.Add(record);
                    records.ShouldEqual(expected[number][(int)batch.BaseOffset], $"partition {number} offset {batch.BaseOffset}");
                    total += records.Count;
                }

                offset = read.NextOffset;
            }

            offset.ShouldBe(partition.EndOffset);
        }

        total.ShouldBe(expected.Sum(partition => partition.Values.Sum(records => records.Length)));
        counted.ShouldBe(total);
        acknowledgedGroups.ShouldBeLessThan(2400);
    }

    [Fact]
    public async Task Fewer_partitions_than_there_are_and_wrong_names_are_refused_with_the_reason()
    {
        await using (var log = Open())
        {
            var topic = await log.OpenTopicAsync("t", new TopicOptions { Partitions = 3 }, Token);
            for (int number = 0; number < 3; number++) await topic.OpenPartitionAsync(number, Token);
            (await Should.ThrowAsync<ArgumentException>(async () => await log.OpenTopicAsync("../t", new TopicOptions(), Token))).Message.ShouldContain("topic name");
        }

        await using var again = Open();
        (await Should.ThrowAsync<ArgumentException>(async () => await again.OpenTopicAsync("t", new TopicOptions { Partitions = 2 }, Token))).Message.ShouldContain("3 partitions");
        (await again.OpenTopicAsync("t", new TopicOptions { Partitions = 4 }, Token)).PartitionCount.ShouldBe(4);
    }

    [Fact]
    public async Task A_process_that_stands_still_while_it_takes_a_partition_over_is_named()
    {
        string folder = Path.Combine(directory, "taken", "0001");
        new DiskFileSystem().CreateDirectory(folder);
        using var taken = new DiskFileSystem().Lock(Path.Combine(folder, "lock"), $"silo one, process {Environment.ProcessId}", TimeSpan.Zero);
        await using var second = Open(owner: "silo two", lockWait: TimeSpan.FromMilliseconds(120));
        var topic = await second.OpenTopicAsync("taken", new TopicOptions { Partitions = 3 }, Token);
        var refused = await Should.ThrowAsync<LogInUseException>(async () => await topic.OpenPartitionAsync(1, Token));
        refused.Message.ShouldContain("taken/1");
        refused.Message.ShouldContain($"silo one, process {Environment.ProcessId}");
    }

    [Fact]
    public async Task A_partition_moves_to_the_next_owner_at_once_with_everything_acknowledged_and_the_earlier_one_is_fenced()
    {
        await using var first = Open(owner: "silo one");
        await using var second = Open(owner: "silo two");
        var options = new TopicOptions { Partitions = 2 };
        var partition = await (await first.OpenTopicAsync("moves", options, Token)).OpenPartitionAsync(0, 7, Token);
        await partition.Append([new LogRecord(default, new byte[] { 1 }, 1)]).Durable;
        var topic = await second.OpenTopicAsync("moves", options, Token);
        (await Should.ThrowAsync<LogFencedException>(async () => await topic.OpenPartitionAsync(0, 6, Token))).Term.ShouldBe(7);
        await using var successor = await topic.OpenPartitionAsync(0, 8, Token);
        successor.EndOffset.ShouldBe(1);

        var late = partition.Append([new LogRecord(default, new byte[] { 2 }, 2)]);
        (await Should.ThrowAsync<LogFencedException>(late.Durable)).Term.ShouldBe(8);
        Should.Throw<LogFencedException>(() => partition.Append([new LogRecord(default, new byte[] { 3 }, 3)]));
        await Should.ThrowAsync<LogFencedException>(async () => await partition.ReopenAsync(Token));

        var next = successor.Append([new LogRecord(default, new byte[] { 4 }, 4)]);
        await next.Durable;
        next.BaseOffset.ShouldBe(1);
        using var read = await successor.ReadAsync(1, 1000, Token);
        foreach (var record in read.Batches.Single()) record.Value.ToArray().ShouldBe([4]);
        await using var third = await topic.OpenPartitionAsync(0, 9, Token);
        third.EndOffset.ShouldBe(2);
    }

    [Fact]
    public async Task Opening_a_partition_again_in_the_same_process_closes_the_earlier_one()
    {
        await using var log = Open();
        var topic = await log.OpenTopicAsync("again", new TopicOptions(), Token);
        var earlier = await topic.OpenPartitionAsync(0, Token);
        await earlier.Append([new LogRecord(default, new byte[] { 1 }, 1)]).Durable;
        var later = await topic.OpenPartitionAsync(0, Token);
        Should.Throw<ObjectDisposedException>(() => earlier.Append([new LogRecord(default, new byte[] { 2 }, 2)]));
        later.EndOffset.ShouldBe(1);
        await earlier.DisposeAsync();
        await later.Append([new LogRecord(default, new byte[] { 3 }, 3)]).Durable;
        later.EndOffset.ShouldBe(2);
    }

    [Fact]
    public async Task Large_batches_and_small_reads_meet()
    {
        await using var log = Open();
        var partition = await (await log.OpenTopicAsync("large", new TopicOptions(), Token)).OpenPartitionAsync(0, Token);
        byte[] value = new byte[3 << 20];
        new Random(2).NextBytes(value);
        await partition.Append([new LogRecord(default, new byte[10], 1)]).Durable;
        await partition.Append([new LogRecord(default, value, 2), new LogRecord(default, value, long.MinValue)]).Durable;
        using var read = await partition.ReadAsync(2, 1, Token);
        read.Batches.Count.ShouldBe(1);
        read.NextOffset.ShouldBe(3);
        var records = new List<LogRecord>();
        foreach (var record in read.Batches[0]) records.Add(record);
        records[1].Value.Span.SequenceEqual(value).ShouldBeTrue();
        records[0].TimestampMilliseconds.ShouldBe(2);
        records[1].TimestampMilliseconds.ShouldBe(long.MinValue);
    }
}
