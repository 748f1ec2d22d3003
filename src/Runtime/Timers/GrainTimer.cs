using Orrery.Runtime.CodeGeneration;

namespace Orrery.Runtime;

/// <summary>
/// A timer is its own request: when it falls due it is put into the mailbox, once, and it is armed again when its run has ended. A timer that was
/// disposed or whose activation ends is skipped when its turn comes.
/// </summary>
internal abstract class GrainTimer : Request, IGrainTimer
{
    private static readonly TimerCallback s_due = static timer => ((GrainTimer)timer!).OnDue();

    private readonly Activation _activation;
    private readonly ITimer _timer;
    private readonly bool _keepAlive;
    private CancellationTokenSource? _running;
    private TimeSpan _period;
    private int _isQueued;
    private bool _wasChanged;
    private bool _isDueAgain;
    private volatile bool _isDisposed;

    private protected GrainTimer(Activation activation, GrainTimerCreationOptions options)
    {
        _activation = activation;
        _keepAlive = options.KeepAlive;
        _period = options.Period;
        AlwaysInterleave = options.Interleave;
        bool restoreFlow = !ExecutionContext.IsFlowSuppressed();
        if (restoreFlow) ExecutionContext.SuppressFlow(); // the timer must not hold its creator's context for its whole life
        try
        {
            _timer = activation.Silo.Time.CreateTimer(s_due, this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
        finally
        {
            if (restoreFlow) ExecutionContext.RestoreFlow();
        }

        _timer.Change(options.DueTime, Timeout.InfiniteTimeSpan);
    }

    internal override bool IsRequest => true;

    private protected abstract Task InvokeAsync(CancellationToken cancellationToken);

    public void Change(TimeSpan dueTime, TimeSpan period)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        Check(dueTime, nameof(dueTime));
        Check(period, nameof(period));
        _period = period;
        _wasChanged = true;
        _timer.Change(dueTime, Timeout.InfiniteTimeSpan);
    }

    public void Dispose()
    {
        _activation.Forget(this);
        Stop();
    }

    public void Stop()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        _timer.Dispose();
        _running?.Cancel();
    }

    internal static void Check(TimeSpan time, string name)
    {
        if (time != Timeout.InfiniteTimeSpan && time < TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(name, time, "A timer's times are zero or above, or Timeout.InfiniteTimeSpan.");
    }

    private void OnDue()
    {
        if (!_isDisposed && Interlocked.Exchange(ref _isQueued, 1) == 0) _activation.Enqueue(this);
    }

    internal override void Forward() => Stop();

    internal override void Reject(Exception error) => Stop();

    internal override void Run(Activation activation)
    {
        Volatile.Write(ref _isQueued, 0);
        if (_isDisposed) return;
        if (_running is not null)
        {
            _isDueAgain = true; // it was changed while it runs, and the new time has come
            return;
        }

        _ = RunAsync();
    }

    private async Task RunAsync()
    {
        if (_keepAlive)
            _activation.BeginRequest(this);
        else
            _activation.BeginQuietRequest(this);
        _wasChanged = false;
        using var running = _running = new CancellationTokenSource();
        try
        {
            await InvokeAsync(running.Token);
        }
        catch (OperationCanceledException) when (_isDisposed)
        {
            // The callback ended because its timer did.
        }
        catch (Exception error)
        {
            _activation.Silo.Log.TimerFailed(_activation.GrainId, error);
            _activation.OnRequestFailed(error);
        }
        finally
        {
            _running = null;
            _activation.EndRequest(this);
        }

        if (_isDisposed || (_wasChanged && !_isDueAgain)) return;
        _timer.Change(_isDueAgain ? TimeSpan.Zero : _period, Timeout.InfiniteTimeSpan);
        _isDueAgain = false;
    }
}

internal sealed class GrainTimer<TState>(Activation activation, Func<TState, CancellationToken, Task> callback, TState state, GrainTimerCreationOptions options)
    : GrainTimer(activation, options)
{
    private protected override Task InvokeAsync(CancellationToken cancellationToken) => callback(state, cancellationToken);
}
