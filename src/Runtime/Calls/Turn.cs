using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace Orrery.Runtime.CodeGeneration;

/// <summary>
/// A turn that a caller runs on its own thread because the grain was idle. Entered by <see cref="GrainReference.TryEnter"/>; each of the Leave
/// methods ends it, once. When the grain's method awaits, the call goes on as if it had been queued.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly ref struct Turn
{
    private readonly GrainReference _reference;
    private readonly GrainMethod _method;
    private readonly Activation _activation;
    private readonly ThreadFrame _frame;
    private readonly SynchronizationContext? _synchronization;
    private readonly ExecutionContext? _flow;
    private readonly long _started;

    internal Turn(GrainReference reference, GrainMethod method, Activation activation, ThreadFrame frame, SynchronizationContext? synchronization, ExecutionContext? flow, long started)
    {
        _reference = reference;
        _method = method;
        _activation = activation;
        _frame = frame;
        _synchronization = synchronization;
        _flow = flow;
        _started = started;
    }

    public object Grain => _activation.Instance;

    /// <summary>In a cluster, what leaves the grains for other code of the process is checked as an answer to another process is.</summary>
    private bool MayReturn => _activation.Silo.Cluster is not { } cluster || _synchronization is Activation || cluster.MayAnswer();

    public ValueTask<TResult> Leave<TResult>(ValueTask<TResult> answer, CancellationToken cancellationToken = default)
    {
        if (!answer.IsCompletedSuccessfully || !MayReturn) return LeaveUnfinished(answer, cancellationToken);
        End(failed: false);
        return answer;
    }

    public ValueTask Leave(ValueTask answer, CancellationToken cancellationToken = default)
    {
        if (!answer.IsCompletedSuccessfully || !MayReturn) return LeaveUnfinished(answer, cancellationToken);
        End(failed: false);
        return answer;
    }

    public Task<TResult> Leave<TResult>(Task<TResult>? answer, CancellationToken cancellationToken = default)
    {
        if (answer is not { IsCompletedSuccessfully: true } || !MayReturn)
            return LeaveUnfinished(new ValueTask<TResult>(answer ?? Task.FromException<TResult>(NoTask())), cancellationToken).AsTask();
        End(failed: false);
        return answer;
    }

    public Task Leave(Task? answer, CancellationToken cancellationToken = default)
    {
        if (answer is not { IsCompletedSuccessfully: true } || !MayReturn)
            return LeaveUnfinished(new ValueTask(answer ?? Task.FromException(NoTask())), cancellationToken).AsTask();
        End(failed: false);
        return answer;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ValueTask<TResult> LeaveUnfinished<TResult>(ValueTask<TResult> answer, CancellationToken cancellationToken)
    {
        if (answer.IsCompleted)
        {
            var task = answer.AsTask();
            if (task.IsCompletedSuccessfully) task = Task.FromException<TResult>(_activation.Silo.Cluster!.LeaseOver(_method));
            Fail(task);
            return new ValueTask<TResult>(task);
        }

        var call = SuspendedCall<TResult>.Rent();
        call.Prepare(_reference, _method, isOneWay: false);
        var promise = call.AsValueTask();
        call.Watch(cancellationToken);
        call.Suspend(_activation, answer);
        Restore();
        _activation.ReleaseInline();
        return promise;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ValueTask LeaveUnfinished(ValueTask answer, CancellationToken cancellationToken)
    {
        if (answer.IsCompleted)
        {
            var task = answer.AsTask();
            if (task.IsCompletedSuccessfully) task = Task.FromException(_activation.Silo.Cluster!.LeaseOver(_method));
            Fail(task);
            return new ValueTask(task);
        }

        var call = SuspendedCall.Rent();
        call.Prepare(_reference, _method, isOneWay: false);
        var promise = call.AsValueTask();
        call.Watch(cancellationToken);
        call.Suspend(_activation, answer);
        Restore();
        _activation.ReleaseInline();
        return promise;
    }

    private void Fail(Task answer)
    {
        if (answer.Exception?.InnerException is { } error) _activation.OnRequestFailed(error);
        End(failed: true);
    }

    private void End(bool failed)
    {
        var silo = _activation.Silo;
        ref var count = ref _frame.TallyOf(silo).Of(_method);
        count.Calls++;
        if (failed) count.Failed++;
        if (_started != 0) silo.TimeInlineTurn(_method, ref count, _started);
        Restore();
        _activation.ReleaseInline();
    }

    private void Restore()
    {
        _frame.Depth--;
        SynchronizationContext.SetSynchronizationContext(_synchronization);
        if (_flow is not null) ExecutionContext.Restore(_flow);
    }

    private static InvalidOperationException NoTask() => new("The grain's method returned null instead of a task.");
}
