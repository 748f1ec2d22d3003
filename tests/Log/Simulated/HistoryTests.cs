namespace Orrery.Log.Tests.Simulated;

/// <summary>Seeded histories of appends, failures, ends of the process and of the machine, against a list of what was acknowledged.</summary>
public sealed class HistoryTests
{
    [Fact]
    public void Whatever_happens_every_acknowledged_record_stays_and_nothing_foreign_appears()
    {
        for (int seed = 1, seeds = OwnersTests.Seeds(byDefault: 500); seed <= seeds; seed++)
        {
            try
            {
                Run(seed, FlushPolicy.EachGroup);
            }
            catch (Exception error)
            {
                throw new InvalidOperationException($"Seed {seed} failed.", error);
            }
        }
    }

    [Theory]
    [InlineData(FlushPolicy.Interval)]
    [InlineData(FlushPolicy.OnSeal)]
    public void Without_a_power_cut_written_records_stay_under_the_other_policies_too(FlushPolicy policy)
    {
        for (int seed = 1; seed <= 150; seed++)
        {
            try
            {
                Run(seed, policy);
            }
            catch (Exception error)
            {
                throw new InvalidOperationException($"Seed {seed} failed.", error);
            }
        }
    }

    static void Run(int seed, FlushPolicy policy)
    {
        var random = new Random(seed);
        var options = new TopicOptions
        {
            FlushPolicy = policy, SegmentBytes = random.Next(4096, 20_000), IndexIntervalBytes = 1024, GroupWait = TimeSpan.FromMilliseconds(random.Next(2) * 5),
        };
        var log = new SimulatedLog(options);
        log.Open();
        var acknowledged = new List<LogRecord>(); // by offset, from 0
        var pending = new List<(LogAppend Append, LogRecord[] Records)>();
        bool failed = false;

        void Settle()
        {
            foreach (var (append, records) in pending.ToArray())
            {
                if (append.Durable.IsCompletedSuccessfully)
                {
                    append.BaseOffset.ShouldBe(acknowledged.Count);
                    acknowledged.AddRange(records);
                    pending.RemoveAt(0);
                }
                else if (append.Durable.IsFaulted)
                {
                    failed = true;
                }
            }
        }

        for (int step = 0; step < 60; step++)
        {
            switch (random.Next(20))
            {
                case < 8:
                    var records = AppendingProcess.Batch(random.Next());
                    if (failed)
                    {
                        Should.Throw<LogFailedException>(() => log.Append(records));
                        break;
                    }

                    pending.Add((log.Append(records), records));
                    break;
                case < 13:
                    log.Time.Advance(TimeSpan.FromMilliseconds(10));
                    log.Flusher.Run();
                    break;
                case 13:
                    log.Files.FailsSyncs = true;
                    break;
                case 14:
                    log.Files.FreeBytes = random.Next(0, 8000);
                    break;
                case 15:
                    log.Files.FailsWrites = true;
                    break;
                case 16:
                    log.Files.Heal();
                    log.Flusher.Run();
                    Settle();
                    log.Reopen();
                    if (failed) pending.RemoveAll(entry => entry.Append.Durable.IsFaulted);
                    failed = false;
                    break;
                case 17:
                    log.Files.DiesBeforeSync = random.Next(2) == 0;
                    log.Flusher.Run();
                    Crash(() => log.Files.EndProcess());
                    break;
                case 18 when policy == FlushPolicy.EachGroup:
                    Crash(() => log.Files.LosePower(random));
                    break;
                case 19:
                    log.Partition.AdvanceLowWater(random.NextInt64(0, log.Partition.EndOffset + 1));
                    break;
            }

            Settle();
            Verify();
        }

        log.Files.Heal();
        log.Close();
        Settle();
        log.Open();
        Verify();

        // After an end, records that were on their way may be there or not; those that are become part of the truth.
        void Crash(Action end)
        {
            Settle();
            end();
            log.Open();
            var hoped = pending.SelectMany(entry => entry.Records).ToList();
            int kept = (int)(log.Partition.EndOffset - acknowledged.Count);
            kept.ShouldBeInRange(0, hoped.Count);
            acknowledged.AddRange(hoped.Take(kept));
            pending.Clear();
            failed = false;
        }

        void Verify()
        {
            long start = log.Partition.StartOffset;
            log.Partition.EndOffset.ShouldBe(acknowledged.Count);
            long from = random.NextInt64(start, acknowledged.Count + 1);
            log.ReadAll(from, random.Next(1, 30_000)).ShouldEqual(acknowledged.Skip((int)from).ToList(), $"from {from}");
        }
    }
}
