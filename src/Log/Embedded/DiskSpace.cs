using Microsoft.Extensions.Logging;
using Orrery.Log.Files;

namespace Orrery.Log.Embedded;

/// <summary>
/// Watches the free bytes of the log's disk. It is measured as the log writes, at most once in a while, and again before an append is refused, so that a disk that was
/// cleared is noticed at once. The growth rate is what all together took between the oldest and the newest of the measurements kept.
/// </summary>
sealed class DiskSpace(ILogFileSystem files, string directory, long? freeBytesMin, TimeProvider time, ILogger logger)
{
    const long BytesBetweenMeasures = 16 << 20, DefaultFreeBytesMin = 1L << 30;
    const int DefaultFreePart = 20, MeasuresMax = 60;
    static readonly TimeSpan MeasurePause = TimeSpan.FromSeconds(1), KeepPause = TimeSpan.FromMinutes(1);

    readonly Lock gate = new();
    readonly Queue<(DateTimeOffset At, long FreeBytes)> kept = new();
    DateTimeOffset measuredAt = DateTimeOffset.MinValue, keptAt = DateTimeOffset.MinValue;
    DiskFree last;
    long bytesSince, dueTicks;
    volatile bool isFull;

    /// <summary>What stands at the moment, measured again where the last measurement is old.</summary>
    public DiskForecast Forecast()
    {
        lock (gate)
        {
            Measure(force: false);
            return ToForecast();
        }
    }

    /// <summary>Bytes were written.</summary>
    public void Wrote(long bytes)
    {
        if (Interlocked.Add(ref bytesSince, bytes) < BytesBetweenMeasures && time.GetUtcNow().UtcTicks < Volatile.Read(ref dueTicks)) return;
        lock (gate) Measure(force: true);
    }

    /// <exception cref="LogFullException">Less is free than has to be.</exception>
    public void ThrowIfFull(EmbeddedPartition partition)
    {
        if (!isFull) return;
        lock (gate)
        {
            Measure(force: true);
            if (!isFull) return;
            var forecast = ToForecast();
            throw new LogFullException(
                $"{partition} takes no appends: the disk of '{directory}' has {forecast.FreeBytes} bytes free of {forecast.TotalBytes}, and {forecast.FreeBytesMin} must stay free (FreeBytesMin); "
                + $"lately {forecast.BytesPerSecond:F0} bytes a second were used. Make room, or keep less; appends are taken again by themselves.", forecast);
        }
    }

    void Measure(bool force)
    {
        var now = time.GetUtcNow();
        if (!force && now - measuredAt < MeasurePause && last.TotalBytes > 0) return;
        measuredAt = now;
        Volatile.Write(ref dueTicks, (now + MeasurePause).UtcTicks);
        Interlocked.Exchange(ref bytesSince, 0);
        try
        {
            last = files.Space(directory);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Writing goes on: a disk that cannot be asked need not be full.
            logger.DiskNotMeasured(error, directory);
            isFull = false;
            return;
        }

        isFull = last.FreeBytes < Least();
        if (now - keptAt < KeepPause) return;
        keptAt = now;
        kept.Enqueue((now, last.FreeBytes));
        if (kept.Count > MeasuresMax) kept.Dequeue();
    }

    long Least() => freeBytesMin ?? Math.Min(DefaultFreeBytesMin, last.TotalBytes / DefaultFreePart);

    DiskForecast ToForecast()
    {
        long least = Least();
        double rate = kept.TryPeek(out var oldest) && measuredAt > oldest.At ? (oldest.FreeBytes - last.FreeBytes) / (measuredAt - oldest.At).TotalSeconds : 0;
        double secondsLeft = (last.FreeBytes - least) / rate;
        DateTimeOffset? fullAt = last.FreeBytes < least ? measuredAt : rate > 0 && secondsLeft < TimeSpan.FromDays(36_500).TotalSeconds ? measuredAt.AddSeconds(secondsLeft) : null;
        return new DiskForecast(last.FreeBytes, last.TotalBytes, least, rate, fullAt);
    }
}
