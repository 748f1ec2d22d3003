using System.Diagnostics;
using Orrery.Bench.Binlog;
using Orrery.Bench.Harness;
using Orrery.Connectors.ChangeCapture.MySql;

namespace Orrery.Bench.Snapshot;

/// <summary>The rows of a MariaDB's table into the embedded log, with receipts, in chunks at exact positions.</summary>
static class SnapshotBench
{
    public static async Task<IReadOnlyList<Figure>> RunAsync(BenchContext context)
    {
        long rows = context.Options.Number("rows", 2_000_000, 10_000, 50_000_000);
        await using var table = await BenchTable.StartAsync();
        table.Fill(rows);
        List<double> rates = [];
        for (int run = 0; run < context.Runs; run++)
        {
            string directory = Path.Combine(context.Scratch, $"log{run}");
            var watch = Stopwatch.StartNew();
            await using (var capture = table.Capture(MySqlCaptureStart.Snapshot))
            {
                var receipt = await CaptureToLog.RunAsync(capture, directory, rows);
                if (receipt.Records != rows) throw new InvalidOperationException($"{receipt.Records} rows are in the log, {rows} in the table.");
            }

            rates.Add(rows / watch.Elapsed.TotalSeconds);
            Directory.Delete(directory, recursive: true);
            context.Say($"run {run + 1}: {rates[^1]:N0} rows/s");
        }

        return [new Figure($"a table of {rows:N0} rows of 12 columns to the log with receipts", BenchContext.Median(rates), "rows/s", "higher", 300_000)];
    }
}
