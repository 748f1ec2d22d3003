namespace Orrery.Runtime;

internal sealed partial class Activation
{
    public IGrainTimer RegisterTimer<TState>(Func<TState, CancellationToken, Task> callback, TState state, GrainTimerCreationOptions options)
    {
        ArgumentNullException.ThrowIfNull(callback);
        GrainTimer.Check(options.DueTime, nameof(options.DueTime));
        GrainTimer.Check(options.Period, nameof(options.Period));
        if (!ReferenceEquals(Current, this))
            throw new InvalidOperationException($"A timer of {GrainId} was registered outside its turns. Register timers in grain code, before any ConfigureAwait(false).");
        if (_life is ActivationLife.Deactivating or ActivationLife.Dead)
            throw new InvalidOperationException($"A timer of {GrainId} was registered while the grain deactivates: it would never run.");
        var timer = new GrainTimer<TState>(this, callback, state, options);
        lock (Extras.Timers) Extras.Timers.Add(timer);
        return timer;
    }

    public void Forget(GrainTimer timer)
    {
        if (_extras is null) return;
        lock (_extras.Timers) _extras.Timers.Remove(timer);
    }

    public void StopTimers()
    {
        if (_extras is null) return;
        GrainTimer[] timers;
        lock (_extras.Timers)
        {
            timers = [.. _extras.Timers];
            _extras.Timers.Clear();
        }

        foreach (var timer in timers) timer.Stop();
    }
}
