using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Orrery.Log.Embedded;
using Orrery.Log.Files;

namespace Orrery.Log.Tests;

/// <summary>A process that appends without end from several threads and prints "offset seed" of each batch once it is durable, until it is killed or another owner has taken its partition.</summary>
static class AppendingProcess
{
    public const string Argument = "--append-until-killed";

    /// <summary>What it ends with when it is not the owner any more.</summary>
    public const int FencedExitCode = 3;

    public static readonly TopicOptions Options = new() { SegmentBytes = 256 << 10, IndexIntervalBytes = 4096 };

    public static LogRecord[] Batch(int seed)
    {
        var random = new Random(seed);
        var records = new LogRecord[random.Next(1, 40)];
        for (int number = 0; number < records.Length; number++)
        {
            byte[] bytes = new byte[random.Next(0, 600)];
            random.NextBytes(bytes);
            int key = random.Next(0, Math.Min(bytes.Length, 20) + 1);
            records[number] = new LogRecord(bytes.AsMemory(0, key), bytes.AsMemory(key), random.NextInt64(0, 2_000_000_000_000), random.Next(4) > 0 ? default : bytes.AsMemory(bytes.Length / 2));
        }

        return records;
    }

    public static int Run(string directory)
    {
        var log = new EmbeddedLog(new EmbeddedLogOptions { Directory = directory }, new DiskFileSystem(), TimeProvider.System, NullLogger<EmbeddedLog>.Instance, new TestMeters());
        var partition = log.OpenTopicAsync("kill", Options, CancellationToken.None).AsTask().Result.OpenPartitionAsync(0, CancellationToken.None).AsTask().Result;
        var output = Console.Out;
        try
        {
            Append(partition, output);
        }
        catch (AggregateException errors) when (errors.InnerExceptions.All(static error => error is LogFencedException))
        {
            return FencedExitCode;
        }

        return 0;
    }

    static void Append(ILogPartition partition, TextWriter output) =>
        Parallel.For(0, 4, new ParallelOptions { MaxDegreeOfParallelism = 4 }, worker =>
        {
            for (int round = 0; ; round++)
            {
                int seed = (round * 4) + worker;
                var append = partition.Append(Batch(seed));
                append.Durable.GetAwaiter().GetResult();
                lock (output)
                {
                    output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{append.BaseOffset} {seed}"));
                    output.Flush();
                }
            }
        });
}
