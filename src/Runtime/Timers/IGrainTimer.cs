using System.Diagnostics.CodeAnalysis;

namespace Orrery.Runtime;

/// <summary>A timer of one activation. It ends with the activation and never outlives it.</summary>
public interface IGrainTimer : IDisposable
{
    /// <summary>Changes when the timer fires: first after <paramref name="dueTime"/>, then <paramref name="period"/> after each run has ended.</summary>
    void Change(TimeSpan dueTime, TimeSpan period);
}

public readonly struct GrainTimerCreationOptions
{
    public GrainTimerCreationOptions()
    {
    }

    [SetsRequiredMembers]
    public GrainTimerCreationOptions(TimeSpan dueTime, TimeSpan period)
    {
        DueTime = dueTime;
        Period = period;
    }

    /// <summary>Time until the first run; <see cref="Timeout.InfiniteTimeSpan"/> starts stopped.</summary>
    public required TimeSpan DueTime { get; init; }

    /// <summary>Time from the end of a run to the next one; <see cref="Timeout.InfiniteTimeSpan"/> runs once.</summary>
    public required TimeSpan Period { get; init; }

    /// <summary>Whether runs interleave with calls. Default: false, a run waits for its turn as a call does.</summary>
    public bool Interleave { get; init; }

    /// <summary>Whether a run counts as use, so that the activation is not collected as idle. Default: false.</summary>
    public bool KeepAlive { get; init; }
}
