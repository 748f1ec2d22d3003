using Orrery.Runtime.CodeGeneration;

namespace Orrery.Runtime;

internal sealed partial class Activation
{
    /// <summary>
    /// While an activation ends, requests that may interleave are still admitted, because a running one may wait for them; but not for longer than this, lest
    /// a stream of them, such as long polls that overlap, keeps it from ever ending.
    /// </summary>
    private static readonly TimeSpan s_endingGrace = TimeSpan.FromSeconds(2);

    /// <summary>An object that is called through an observer reference: it is there already and has no life of its own.</summary>
    public void AdoptObserver(object observer)
    {
        Instance = observer;
        _life = ActivationLife.Valid;
        _state = Free;
    }

    public void AddState(PersistentStateBase state)
    {
        state.NextState = _states;
        _states = state;
    }

    private void BeginActivation()
    {
        _life = ActivationLife.Activating;
        _ = ActivateAsync();
    }

    /// <summary>Runs in the turn, and its continuations come back to the turn. Ends by itself; never throws.</summary>
    private async Task ActivateAsync()
    {
        try
        {
            Instance = Type.Class.Create(new GrainActivator(this));
            if (_states is not null) await LoadStatesAsync();
            if (Type.OverridesActivate) await RunActivateAsync();
            _life = ActivationLife.Valid;
            Silo.Events.Activated(this);
        }
        catch (Exception error)
        {
            Silo.Log.ActivationFailed(GrainId, error);
            Silo.Instruments.ActivationFailed(Type);
            StopTimers();
            Die(new DeactivationReason(DeactivationReasonCode.ActivationFailed, error, "The grain could not be activated."));
            RejectAll(error);
            return;
        }

        ReconsiderWaiting();
    }

    private async Task LoadStatesAsync()
    {
        if (_states!.NextState is null)
        {
            await _states.LoadAsync();
            return;
        }

        var loads = new List<Task>();
        for (var state = _states; state is not null; state = state.NextState) loads.Add(state.LoadAsync());
        await Task.WhenAll(loads);
    }

    private async Task RunActivateAsync()
    {
        var timeout = Silo.Options.ActivationTimeout;
        using var stop = new CancellationTokenSource(timeout, Silo.Time);
        try
        {
            await ((IGrainBase)Instance).OnActivateAsync(stop.Token).WaitAsync(stop.Token);
        }
        catch (OperationCanceledException error) when (stop.IsCancellationRequested)
        {
            throw new TimeoutException($"OnActivateAsync of {GrainId} did not end within {timeout} (SiloOptions.ActivationTimeout).", error);
        }
    }

    public void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default)
    {
        if (ReferenceEquals(Current, this))
            End(deactivationReason);
        else
            Enqueue(new EndItem(deactivationReason, idleSince: null));
    }

    /// <summary>Ends the activation if it still has not been used since this tick.</summary>
    public void DeactivateIfIdleSince(int tick) =>
        Enqueue(new EndItem(new(DeactivationReasonCode.ActivationIdle, "Nothing has called the grain for longer than its collection age."), tick));

    /// <summary>Whether the collector should look closer. Read without the turn.</summary>
    public bool LooksIdleSince(int tick) => Volatile.Read(ref _state) == Free && LastUsed - tick < 0;

    /// <summary>In the turn: no further requests; deactivation begins when the running ones have ended, or the activation stands.</summary>
    private void End(DeactivationReason reason)
    {
        if (_ending || _life is ActivationLife.Dead or ActivationLife.Deactivating) return;
        _ending = true;
        Extras.Reason = reason;
        Extras.EndingUntil = Silo.Clock.After(s_endingGrace);
    }

    private bool IsIdleSince(int tick) =>
        _life == ActivationLife.Valid && _running == 0 && _queued == 0 && LastUsed - tick < 0 && (_extras is null || _extras.KeepUntil - Silo.Clock.Tick < 0 || _extras.KeepUntil == int.MinValue);

    private void BeginDeactivation()
    {
        _life = ActivationLife.Deactivating;
        _ = DeactivateAsync(Extras.Reason);
    }

    /// <summary>Runs in the turn, as <see cref="ActivateAsync"/> does.</summary>
    private async Task DeactivateAsync(DeactivationReason reason)
    {
        StopTimers();
        if (Type.OverridesDeactivate)
        {
            var timeout = Silo.Options.DeactivationTimeout;
            using var stop = new CancellationTokenSource(timeout, Silo.Time);
            try
            {
                await ((IGrainBase)Instance).OnDeactivateAsync(reason, stop.Token).WaitAsync(stop.Token);
            }
            catch (Exception error)
            {
                Silo.Log.DeactivationFailed(GrainId, reason.ReasonCode, error);
            }
        }

        try
        {
            if (Instance is IAsyncDisposable asynchronous)
                await asynchronous.DisposeAsync();
            else if (Instance is IDisposable disposable)
                disposable.Dispose();
        }
        catch (Exception error)
        {
            Silo.Log.DeactivationFailed(GrainId, reason.ReasonCode, error);
        }

        Die(reason);
        ReconsiderWaiting(); // each is now found to be at a dead activation, and forwarded
    }

    private void Die(DeactivationReason reason)
    {
        _life = ActivationLife.Dead;
        Type.Remove(this);
        Silo.Events.Deactivated(this, reason);
    }

    private void RejectAll(Exception error)
    {
        ReconsiderWaiting();
        WorkItem? kept = null, keptLast = null;
        while (_inbox is not null || TakeArrivals())
        {
            var item = _inbox!;
            _inbox = item.Next;
            item.Next = null;
            _queued--;
            if (item is Request request)
            {
                request.Reject(error);
                continue;
            }

            if (keptLast is null)
                kept = item;
            else
                keptLast.Next = item;
            keptLast = item;
            _queued++;
        }

        _inbox = kept;
    }

    /// <summary>A request has failed. Where storage refused its write, what the grain holds in memory is not what is stored: it starts anew.</summary>
    public void OnRequestFailed(Exception error)
    {
        if (error is not InconsistentStateException { IsSourceActivation: true } conflict) return;
        conflict.IsSourceActivation = false;
        Silo.Log.StateConflict(GrainId, error);
        End(new DeactivationReason(DeactivationReasonCode.ApplicationError, error, "Storage refused a write: the row has another version or a newer owner."));
    }

    public void DelayDeactivation(TimeSpan timeSpan) =>
        Extras.KeepUntil = timeSpan < TimeSpan.Zero ? int.MinValue : timeSpan == TimeSpan.MaxValue ? Silo.Clock.Tick + int.MaxValue / 2 : Silo.Clock.After(timeSpan);

    /// <summary>Asks, in the turn, for the end of the activation.</summary>
    private sealed class EndItem(DeactivationReason reason, int? idleSince) : WorkItem
    {
        internal override void Run(Activation activation)
        {
            if (idleSince is { } tick && !activation.IsIdleSince(tick)) return;
            activation.End(reason);
        }
    }
}
