using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using Orrery.Log;
using Orrery.Log.Embedded;
using Orrery.Log.Files;

namespace Orrery.Bench.Log;

/// <summary>What the log's benches append: batches of about 1 MB of records of 200 bytes.</summary>
static class LogTraffic
{
    public const int RecordBytes = 200, BatchRecords = 5_000;
    const int KeyBytes = 12;

    public static LogRecord[] Records()
    {
        byte[] bytes = new byte[BatchRecords * RecordBytes];
        new Random(3).NextBytes(bytes);
        return
        [
            .. Enumerable.Range(0, BatchRecords).Select(number => new LogRecord(
                bytes.AsMemory(number * RecordBytes, KeyBytes), bytes.AsMemory((number * RecordBytes) + KeyBytes, RecordBytes - KeyBytes), 1_700_000_000_000 + (number / 10))),
        ];
    }

    public static EmbeddedLog Open(string directory) =>
        new(new EmbeddedLogOptions { Directory = directory }, new DiskFileSystem(), TimeProvider.System, NullLogger<EmbeddedLog>.Instance, new Meters());

    /// <summary>All threads of this process on one processor, where the system can.</summary>
    public static void UseOneProcessor()
    {
        if (OperatingSystem.IsLinux() || OperatingSystem.IsWindows()) Process.GetCurrentProcess().ProcessorAffinity = 1;
    }

    sealed class Meters : IMeterFactory
    {
        public Meter Create(MeterOptions options) => new(options);

        public void Dispose()
        {
        }
    }
}
