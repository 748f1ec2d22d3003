using System.Diagnostics;
using Orrery.Bench.Harness;
using Orrery.Connectors.ChangeCapture;
using Orrery.Connectors.ChangeCapture.MySql;

namespace Orrery.Bench.Binlog;

/// <summary>Rows of a MariaDB's binary log into the embedded log, with receipts; beside mariadb-binlog decoding the same files to text.</summary>
static class BinlogBench
{
    const string Peer = "mariadb-binlog";

    public static async Task<IReadOnlyList<Figure>> RunAsync(BenchContext context)
    {
        long rows = context.Options.Number("rows", 5_000_000, 10_000, 50_000_000);
        await using var table = await BenchTable.StartAsync();
        string checkpoint = await table.CheckpointAsync();
        var watch = Stopwatch.StartNew();
        table.Fill(rows);
        var (files, bytes) = table.Logs();
        context.Say($"{rows:N0} rows were written in {watch.Elapsed.TotalSeconds:N1} s: {bytes >> 20} MiB of binary log");
        List<double> ours = [], peers = [], decoded = [];
        for (int run = 0; run < context.Runs; run++)
        {
            string directory = Path.Combine(context.Scratch, $"log{run}");
            watch.Restart();
            await using (var capture = table.Capture(MySqlCaptureStart.Now, checkpoint))
            {
                var receipt = await CaptureToLog.RunAsync(capture, directory, rows);
                if (receipt.Records < rows) throw new InvalidOperationException($"{receipt.Records} rows are in the log, {rows} were written.");
            }

            ours.Add(rows / watch.Elapsed.TotalSeconds);
            Directory.Delete(directory, recursive: true);
            watch.Restart();
            await DecodeAsync(files, rows);
            decoded.Add(rows / watch.Elapsed.TotalSeconds);
            watch.Restart();
            if (await PeerAsync(files)) peers.Add(rows / watch.Elapsed.TotalSeconds);
            context.Say($"run {run + 1}: {ours[^1]:N0} rows/s to the log; {decoded[^1]:N0} decoded from files only; {(peers.Count > 0 ? peers[^1] : 0):N0} by {Peer} -vv");
        }

        double? peer = peers.Count > 0 ? BenchContext.Median(peers) : null;
        List<Figure> figures =
        [
            new($"binary log to log with receipts, {rows:N0} rows of 12 columns", BenchContext.Median(ours), "rows/s", "higher", 900_000, peer is null ? null : Peer + " -vv", peer),
            new("decoding from files alone, one thread", BenchContext.Median(decoded), "rows/s", "higher"),
        ];
        if (peer is not null) figures.Add(new($"over {Peer} -vv, in the same run", BenchContext.Median(ours.Zip(peers, static (our, its) => our / its)), "ratio", "higher", 1.5));
        return figures;
    }

    static async Task DecodeAsync(string[] files, long rows)
    {
        await using var source = new BinlogFileSource(files, static (database, table) => database == "bench" && table == "lines");
        var batch = new ChangeBatch();
        long read = 0;
        while (!source.IsAtEnd)
        {
            await source.ReadAsync(batch, default);
            read += batch.Count;
        }

        if (read < rows) throw new InvalidOperationException($"{read} rows were decoded, {rows} were written.");
    }

    static async Task<bool> PeerAsync(string[] files)
    {
        if (!File.Exists("/usr/bin/" + Peer)) return false;
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"exec {Peer} -vv \"$@\" > /dev/null", "sh", .. files]))!;
        await process.WaitForExitAsync();
        return process.ExitCode == 0;
    }
}
