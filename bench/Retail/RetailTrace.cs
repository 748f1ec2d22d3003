using System.Diagnostics;
using System.Diagnostics.Metrics;
using Orrery.Bench.Harness;

namespace Orrery.Bench.Retail;

/// <summary>What took long meanwhile, to find where late answers come from: epochs, rests for checkpoints, collections of garbage, threads that came late. Milliseconds since it began.</summary>
sealed class RetailTrace : IDisposable
{
    const double LongMilliseconds = 40;
    static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    readonly long began = Stopwatch.GetTimestamp();
    readonly List<string> said = [];
    readonly MeterListener listener = new();
    readonly CancellationTokenSource ending = new();
    readonly Thread watch;

    public RetailTrace()
    {
        listener.InstrumentPublished = static (instrument, to) =>
        {
            if (instrument.Meter.Name == "Orrery.Sql" && instrument is Histogram<double>)
                to.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((instrument, seconds, _, _) =>
        {
            if (instrument.Name is "orrery.sql.epoch.duration" or "orrery.sql.checkpoint.rest" && (seconds * 1000 > LongMilliseconds || instrument.Name == "orrery.sql.checkpoint.rest"))
                Note($"{instrument.Name} {seconds * 1000:F0} ms");
        });
        listener.Start();
        watch = new Thread(Watch) { IsBackground = true };
        watch.Start();
    }

    public void Note(string text)
    {
        lock (said)
            said.Add($"{Stopwatch.GetElapsedTime(began).TotalMilliseconds,9:F0} {text}");
    }

    public void Say(BenchContext context)
    {
        lock (said)
            said.ForEach(context.Say);
    }

    public void Dispose()
    {
        ending.Cancel();
        watch.Join();
        listener.Dispose();
        ending.Dispose();
    }

    void Watch()
    {
        TimeSpan paused = GC.GetTotalPauseDuration();
        int[] counts = [.. Enumerable.Range(0, 3).Select(GC.CollectionCount)];
        while (!ending.IsCancellationRequested)
        {
            long at = Stopwatch.GetTimestamp();
            Thread.Sleep(Tick);
            double late = (Stopwatch.GetElapsedTime(at) - Tick).TotalMilliseconds;
            double pause = (GC.GetTotalPauseDuration() - paused).TotalMilliseconds;
            int[] now = [.. Enumerable.Range(0, 3).Select(GC.CollectionCount)];
            if (late > LongMilliseconds || pause > LongMilliseconds / 2)
                Note($"a thread came {late:F0} ms late, {pause:F0} ms of it collecting, generations {now[0] - counts[0]} {now[1] - counts[1]} {now[2] - counts[2]}; heap {GC.GetTotalMemory(false) >> 20} MiB");
            (paused, counts) = (paused + TimeSpan.FromMilliseconds(pause), now);
        }
    }
}
