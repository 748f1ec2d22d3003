using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Orrery.Interfaces.Health;
using Orrery.Interfaces.Keys;

namespace Orrery.WebApi.Intake;

/// <summary>The API keys that send samples, and the memory that the doors take for all of them.</summary>
internal sealed class SeriesDirectory(IOptions<OrreryApiOptions> options, IOptions<IntakeOptions> intake, TimeProvider time)
{
    readonly ConcurrentDictionary<string, KeyIntake> keys = new();
    long seriesBytes;
    long bodyBytes;
    int clearedMinute = -1;

    /// <summary>Minutes by the monotonic clock.</summary>
    public int Minute => (int)(time.GetTimestamp() / (time.TimestampFrequency * 60));

    /// <summary>Bytes that bodies take at the moment.</summary>
    public long BodyBytes => Interlocked.Read(ref bodyBytes);

    /// <summary>Bytes that known series take.</summary>
    public long SeriesBytes => Interlocked.Read(ref seriesBytes);

    /// <summary>Series that the doors know.</summary>
    public int SeriesCount => keys.Values.Sum(key => key.SeriesCount);

    public KeyIntake Of(ApiKeyInfo key, int minute)
    {
        if (!keys.TryGetValue(key.Id, out KeyIntake? found))
        {
            if (keys.Count >= options.Value.KeyCacheEntriesMax)
                ForgetIdle(null, minute);
            found = keys.GetOrAdd(key.Id, _ => new KeyIntake(key, this, options.Value, intake.Value));
        }
        found.UsedMinute = minute;
        return found;
    }

    public bool TryHold(long bytes)
    {
        if (Interlocked.Add(ref bodyBytes, bytes) <= options.Value.IntakeBytesMax)
            return true;
        Interlocked.Add(ref bodyBytes, -bytes);
        return false;
    }

    public void Release(long bytes) => Interlocked.Add(ref bodyBytes, -bytes);

    /// <summary>Takes memory for a series; where there is none left, keys that sent nothing lately lose theirs.</summary>
    public bool TryKeep(int bytes, KeyIntake asking, int minute)
    {
        if (Interlocked.Add(ref seriesBytes, bytes) <= options.Value.SeriesBytesMax)
            return true;
        ForgetIdle(asking, minute);
        if (Interlocked.Read(ref seriesBytes) <= options.Value.SeriesBytesMax)
            return true;
        Interlocked.Add(ref seriesBytes, -bytes);
        return false;
    }

    public void Drop(long bytes) => Interlocked.Add(ref seriesBytes, -bytes);

    void ForgetIdle(KeyIntake? asking, int minute)
    {
        if (Interlocked.Exchange(ref clearedMinute, minute) == minute)
            return;
        foreach ((string id, KeyIntake key) in keys)
            // A key that is used now may hold its own lock and wait for ours; one that was idle for minutes does not.
            if (key != asking && key.UsedMinute < minute - 2 && keys.TryRemove(id, out _))
                key.Forget();
    }
}
