using Microsoft.Extensions.Logging.Abstractions;
using Orrery.Log.Embedded;
using Orrery.Log.Tests.Simulated;

namespace Orrery.Log.Tests;

/// <summary>
/// Damaged files and bytes from outside: whatever they hold, the log says so in its own words, or reads what is whole; it never crashes otherwise, hangs, or takes memory by a length
/// that nobody checked.
/// </summary>
public sealed class FuzzTests
{
    const long BytesPerInputMax = 32 << 20;

    /// <summary>How many inputs: as many as <c>ORRERY_LOG_INPUTS</c> says, for a long run.</summary>
    static int Inputs(int byDefault) => int.TryParse(Environment.GetEnvironmentVariable("ORRERY_LOG_INPUTS"), out int given) ? given : byDefault;

    [Fact]
    public void Mutated_batches_are_refused_or_read_to_their_end()
    {
        var random = new Random(11);
        var seeds = Enumerable.Range(1, 30).Select(seed => Encoded(seed, forge: false)).ToArray();
        using var memory = new MemoryWatch();
        int inputs = Inputs(30_000), read = 0;
        for (int number = 0; number < inputs; number++)
        {
            byte[] bytes = Mutate(seeds[random.Next(seeds.Length)], random);
            // Half of them get right checksums, as from a producer that is wrong or means harm.
            if (random.Next(2) == 0) Forge(bytes);
            read += Try(number, () => ReadAll(LogBatches.Parse(bytes)));
            memory.Check(number);
        }

        read.ShouldBeGreaterThan(inputs / 100, "some mutations leave batches readable");
    }

    [Fact]
    public void Mutated_encoded_batches_are_refused_before_they_are_in_the_log()
    {
        var random = new Random(12);
        var seeds = Enumerable.Range(1, 30).Select(seed => Encoded(seed, forge: false)).ToArray();
        var log = new SimulatedLog(new TopicOptions());
        log.Open();
        using var memory = new MemoryWatch();
        int inputs = Inputs(10_000);
        for (int number = 0; number < inputs; number++)
        {
            byte[] bytes = Mutate(seeds[random.Next(seeds.Length)], random);
            Forge(bytes);
            Try(number, () => log.Partition.AppendEncoded(bytes).BaseOffset >= 0 ? 1 : 0);
            memory.Check(number);
            if (number % 1000 > 0) continue;
            log.Flusher.Run();
            log = Read(log);
        }

        static SimulatedLog Read(SimulatedLog filled)
        {
            // What was taken can be read: nobody who reads later trips over it.
            for (long offset = 0; offset < filled.Partition.EndOffset;)
            {
                using var read = filled.Partition.ReadAsync(offset, 1 << 20, CancellationToken.None).AsTask().GetAwaiter().GetResult();
                ReadAll(read.Batches);
                offset = read.NextOffset;
            }

            var next = new SimulatedLog(new TopicOptions());
            next.Open();
            return next;
        }
    }

    [Fact]
    public void A_log_of_mutated_files_opens_with_what_is_whole_or_says_what_is_wrong()
    {
        var random = new Random(13);
        using var memory = new MemoryWatch();
        int inputs = Inputs(1_500), opened = 0;
        for (int number = 0; number < inputs; number++)
        {
            var log = new SimulatedLog(new TopicOptions { SegmentBytes = 4096, IndexIntervalBytes = 1024, Compacts = number % 2 == 0 });
            log.Open();
            for (int batch = 0; batch < 12; batch++)
            {
                log.Partition.Append(AppendingProcess.Batch(random.Next(20)), new LogProducer(batch % 3, 1, batch));
                log.Flusher.Run();
            }

            log.Partition.AdvanceLowWater(random.NextInt64(0, log.Partition.EndOffset));
            log.Flusher.Run();
            if (random.Next(2) == 0) log.Open();
            log.Files.EndProcess();
            string[] paths = [.. log.Files.Paths.Order(StringComparer.Ordinal)];
            for (int change = random.Next(1, 3); change > 0; change--)
            {
                string path = paths[random.Next(paths.Length)];
                byte[] bytes = new byte[log.Files[path].Length];
                log.Files[path].Read(bytes, 0);
                bytes = Mutate(bytes, random);
                if (random.Next(2) == 0) Forge(bytes);
                log.Files[path].SetLength(0);
                log.Files[path].Write(bytes, 0);
            }

            opened += Try(number, () =>
            {
                log.Open();
                var found = log.Partition;
                for (long offset = found.StartOffset; offset < found.EndOffset;)
                {
                    using var read = found.ReadAsync(offset, 5000, CancellationToken.None).AsTask().GetAwaiter().GetResult();
                    ReadAll(read.Batches);
                    if (read.NextOffset <= offset) throw new InvalidOperationException($"Reading stands still at {offset}.");
                    offset = read.NextOffset;
                }

                log.Partition.Append(AppendingProcess.Batch(1));
                log.Flusher.Run();
                return 1;
            });
            memory.Check(number);
        }

        opened.ShouldBeGreaterThan(inputs / 10);
    }

    [Fact]
    public void Mutated_headers_are_refused_or_read()
    {
        var random = new Random(14);
        byte[] seed = LogHeaders.Encode(("o", new byte[10]), ("orrery.p", new byte[200]), ("x", default));
        int inputs = Inputs(30_000);
        for (int number = 0; number < inputs; number++)
        {
            byte[] bytes = Mutate(seed, random);
            Try(number, () =>
            {
                int count = 0;
                foreach (var header in LogHeaders.Read(bytes)) count += header.Name.Length;
                return count;
            });
        }
    }

    /// <summary>1 (or what the action answers) if it went well; 0 if the log refused in its own words. Anything else is an error.</summary>
    static int Try(int number, Func<int> action)
    {
        try
        {
            return action();
        }
        catch (Exception error) when (error is LogException or ArgumentException { ParamName: "batch" })
        {
            return 0;
        }
        catch (Exception error)
        {
            throw new InvalidOperationException($"Input {number} failed.", error);
        }
    }

    static int ReadAll(IReadOnlyList<LogBatch> batches)
    {
        foreach (var batch in batches)
        {
            foreach (var record in batch)
            {
                _ = record.Value.Length + record.Key.Length;
                try
                {
                    foreach (var header in LogHeaders.Read(record.Headers)) _ = header.Value.Length;
                }
                catch (LogCorruptException)
                {
                    // Headers are the producer's; they need not be any.
                }
            }
        }

        return 1;
    }

    static byte[] Encoded(int seed, bool forge)
    {
        var encoder = new LogBatchEncoder();
        foreach (var record in AppendingProcess.Batch(seed)) encoder.Add(record);
        byte[] bytes = encoder.Finish(new LogProducer(seed, 0, seed)).ToArray();
        if (forge) Forge(bytes);
        return bytes;
    }

    static byte[] Mutate(byte[] seed, Random random)
    {
        byte[] bytes = [.. seed];
        if (bytes.Length == 0) return new byte[random.Next(20)];
        switch (random.Next(5))
        {
            case 0:
                return bytes[..random.Next(bytes.Length)];
            case 1:
                byte[] noise = new byte[random.Next(1, 50)];
                random.NextBytes(noise);
                int at = random.Next(bytes.Length + 1);
                return [.. bytes[..at], .. noise, .. bytes[at..]];
            case 2:
                int from = random.Next(bytes.Length), to = random.Next(from, bytes.Length);
                return [.. bytes[..from], .. bytes[to..]];
            default:
                for (int change = random.Next(1, 6); change > 0; change--)
                {
                    // Lengths stand at the front, and extremes are where sums overflow.
                    int position = random.Next(2) == 0 ? random.Next(Math.Min(140, bytes.Length)) : random.Next(bytes.Length);
                    bytes[position] = random.Next(4) switch { 0 => 0xff, 1 => 0x7f, 2 => 0, _ => (byte)random.Next(256) };
                }

                return bytes;
        }
    }

    /// <summary>Gives the first batch of the bytes right checksums.</summary>
    static void Forge(byte[] bytes)
    {
        if (bytes.Length < Format.BatchFormat.HeaderBytes) return;
        int body = System.Buffers.Binary.BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(4));
        if (body < 0 || body > bytes.Length - Format.BatchFormat.HeaderBytes) body = bytes.Length - Format.BatchFormat.HeaderBytes;
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(68), Format.Crc32C.Compute(bytes.AsSpan(Format.BatchFormat.HeaderBytes, body)));
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(Format.BatchFormat.HeaderBytes - 4), Format.Crc32C.Compute(bytes.AsSpan(0, Format.BatchFormat.HeaderBytes - 4)));
    }

    /// <summary>Sees that one input does not allocate more than its share.</summary>
    sealed class MemoryWatch : IDisposable
    {
        long before = GC.GetAllocatedBytesForCurrentThread();

        public void Check(int number)
        {
            long now = GC.GetAllocatedBytesForCurrentThread();
            if (now - before > BytesPerInputMax) throw new InvalidOperationException($"Input {number} took {now - before} bytes of memory.");
            before = now;
        }

        public void Dispose()
        {
        }
    }
}
