using System.Globalization;
using System.Text;

namespace Orrery.Log.Tests.Simulated;

public sealed class CompactionTests
{
    static readonly TopicOptions Options = new() { SegmentBytes = 4096, IndexIntervalBytes = 1024, Compacts = true, TombstoneAge = TimeSpan.FromHours(1) };

    static LogRecord Keyed(int key, string value, long timestamp = 5) =>
        new(key < 0 ? default : Encoding.UTF8.GetBytes(key.ToString(CultureInfo.InvariantCulture)), Encoding.UTF8.GetBytes(value), timestamp);

    [Fact]
    public void The_last_record_of_each_key_stays_at_its_offset_and_what_went_is_on_the_receipt()
    {
        var log = new SimulatedLog(Options);
        log.Open();
        var appended = new List<LogRecord>();
        for (int number = 0; number < 300; number++)
        {
            LogRecord[] batch = [Keyed(number % 7, $"value {number} {new string('x', 90)}"), Keyed(-1, $"without key {number}"), Keyed(100 + number, number < 150 ? "" : "kept")];
            appended.AddRange(batch);
            log.Append(batch);
            log.Flusher.Run();
        }

        log.Partition.AdvanceLowWater(log.Partition.EndOffset);
        log.Partition.Hold("slow", 600);
        log.Flusher.Run();
        log.Partition.StartOffset.ShouldBe(0);
        log.Partition.Compactions.ShouldNotBeEmpty();
        long compactedTo = log.Partition.Compactions[^1].ToOffset;
        compactedTo.ShouldBeInRange(500, 600);
        foreach (var receipt in log.Partition.Compactions)
            receipt.Appended.ShouldBe(LogReceipt.Of(appended.Skip((int)receipt.FromOffset).Take((int)(receipt.ToOffset - receipt.FromOffset)).ToArray()));

        var left = log.ReadWithOffsets(0);
        left.ShouldAllBe(entry => Same(entry.Record, appended[(int)entry.Offset]));
        left.Count(entry => entry.Offset < compactedTo && entry.Record.Key.Length == 1).ShouldBe(7);
        left.Count(entry => entry.Record.Key.Length == 0).ShouldBe(300, "records without key stay");
        left.Count(entry => entry.Record is { Key.Length: > 0, Value.Length: 0 }).ShouldBe(150, "deletions are young");

        log.Time.Advance(TimeSpan.FromHours(2));
        log.Partition.Release("slow");
        log.Flusher.Run();
        log.ReadWithOffsets(0).Count(entry => entry.Record is { Key.Length: > 0, Value.Length: 0 }).ShouldBe(0, "deletions are old");
        var before = log.ReadWithOffsets(0);
        log.Files.LosePower(new Random(4));
        log.Open();
        log.ReadWithOffsets(0).Select(static entry => entry.Offset).ShouldBe(before.Select(static entry => entry.Offset));
        log.Partition.Compactions.Sum(static receipt => receipt.Removed.Records).ShouldBe(900 - before.Count);
    }

    [Fact]
    public void Whatever_happens_to_the_process_and_the_power_no_last_record_is_lost_and_none_comes_back()
    {
        int compacted = 0, seeds = OwnersTests.Seeds(byDefault: 40);
        for (int seed = 1; seed <= seeds; seed++)
        {
            try
            {
                compacted += Run(seed);
            }
            catch (Exception error)
            {
                throw new InvalidOperationException($"Seed {seed} failed.", error);
            }
        }

        compacted.ShouldBeGreaterThan(seeds * 100);
    }

    static int Run(int seed)
    {
        var random = new Random(seed);
        var disk = new SimulatedFileSystem();
        var time = new ManualTime();
        var appended = new List<LogRecord>();
        int compactedRecords = 0;
        for (int round = 0; round < 6; round++)
        {
            var process = new SimulatedProcess(disk, static () => { });
            var log = new SimulatedLog(Options with { TombstoneAge = TimeSpan.FromMinutes(random.Next(3)), HoldGrace = TimeSpan.Zero }, disk: disk, process: process, time: time);
            try
            {
                log.Open();
                Verify(log, appended, random, ref compactedRecords);
                if (random.Next(3) > 0) process.OperationsLeft = random.Next(10, 600);
                for (int step = 0; step < 60 && !process.HasEnded; step++)
                {
                    LogRecord[] batch = [.. Enumerable.Range(0, random.Next(1, 8)).Select(_ => Keyed(random.Next(-1, 12), random.Next(4) == 0 ? "" : new string('v', random.Next(200)), random.NextInt64(1000)))];
                    var append = log.Append(batch);
                    log.Flusher.Run();
                    if (append.Durable.IsCompletedSuccessfully) appended.AddRange(batch);
                    else break;
                    if (random.Next(6) > 0) continue;
                    time.Advance(TimeSpan.FromSeconds(random.Next(200)));
                    log.Partition.AdvanceLowWater(log.Partition.EndOffset);
                    if (random.Next(2) == 0) log.Partition.Hold("h", random.NextInt64(log.Partition.EndOffset / 2, log.Partition.EndOffset + 1));
                    else log.Partition.Release("h");
                    log.Flusher.Run();
                    if (!process.HasEnded) Verify(log, appended, random, ref compactedRecords);
                }
            }
            catch (ProcessEndedException)
            {
            }

            process.End();
            if (random.Next(2) == 0) disk.LosePower(random);
            // What was on its way may be there: it is part of the truth from now on.
            var reader = new SimulatedLog(Options with { Compacts = false }, disk: disk, time: time);
            reader.Open();
            appended.AddRange(reader.ReadWithOffsets(appended.Count).Select(static entry => entry.Record));
            reader.Partition.EndOffset.ShouldBe(appended.Count);
        }

        return compactedRecords;
    }

    static void Verify(SimulatedLog log, List<LogRecord> appended, Random random, ref int compacted)
    {
        log.Partition.EndOffset.ShouldBe(appended.Count);
        var last = new Dictionary<string, int>();
        for (int offset = 0; offset < appended.Count; offset++) last[Encoding.UTF8.GetString(appended[offset].Key.Span)] = offset;
        var left = log.ReadWithOffsets(0, random.Next(1, 20_000));
        left.ShouldAllBe(entry => Same(entry.Record, appended[(int)entry.Offset]));
        var there = left.Select(static entry => (int)entry.Offset).ToHashSet();
        there.Count.ShouldBe(left.Count);
        compacted = Math.Max(compacted, appended.Count - there.Count);
        for (int offset = 0; offset < appended.Count; offset++)
        {
            var record = appended[offset];
            if (there.Contains(offset)) continue;
            record.Key.Length.ShouldBeGreaterThan(0, $"record {offset} has no key and is gone");
            bool isLast = last[Encoding.UTF8.GetString(record.Key.Span)] == offset;
            if (isLast) record.Value.Length.ShouldBe(0, $"record {offset} is its key's last and is gone");
        }

        // Who reads what is left in order ends with what who read all ended with: where a deletion is gone, so is all before it.
        var all = State(appended);
        var rest = State([.. left.Select(static entry => entry.Record)]);
        rest.Count.ShouldBe(all.Count);
        foreach (var (key, value) in all) rest[key].ShouldBe(value);
        foreach (var receipt in log.Partition.Compactions)
            receipt.Appended.ShouldBe(LogReceipt.Of(appended.Skip((int)receipt.FromOffset).Take((int)(receipt.ToOffset - receipt.FromOffset)).ToArray()));
    }

    static Dictionary<string, string> State(List<LogRecord> records)
    {
        var state = new Dictionary<string, string>();
        foreach (var record in records)
        {
            string key = Encoding.UTF8.GetString(record.Key.Span);
            if (key.Length == 0) continue;
            if (record.Value.Length == 0) state.Remove(key);
            else state[key] = Encoding.UTF8.GetString(record.Value.Span);
        }

        return state;
    }

    static bool Same(in LogRecord left, in LogRecord right) =>
        left.TimestampMilliseconds == right.TimestampMilliseconds && left.Key.Span.SequenceEqual(right.Key.Span) && left.Value.Span.SequenceEqual(right.Value.Span);
}
